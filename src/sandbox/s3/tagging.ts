import { child, childrenOf, textOf, type XmlElement } from '../xml.ts'
import { noContent, xmlAnswer, xmlBody } from './answers.ts'
import { existing, type Operation } from './call.ts'
import { invalidArgument, s3Error } from './errors.ts'
import type { Tag } from './records.ts'

const maxObjectTags = 10
const maxBucketTags = 50

/** The tags of an `x-amz-tagging` header, which has the form of a query. Throws InvalidArgument and InvalidTag. */
export function parseTagHeader(text: string | undefined): Tag[] {
  if (text === undefined || text === '') return []
  const tags = [...new URLSearchParams(text)].map(([key, value]) => ({ key, value }))
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) {
    throw invalidArgument(
      'The header x-amz-tagging shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.',
      'x-amz-tagging',
      text,
    )
  }
  return checked(tags, maxObjectTags)
}

function parseTagging(document: XmlElement, most: number): Tag[] {
  const set = child(document, 'TagSet')
  if (set === undefined) throw s3Error('MalformedXML')
  const tags = childrenOf(set, 'Tag').map((tag) => {
    const [key, value] = [textOf(tag, 'Key'), textOf(tag, 'Value')]
    if (key === undefined || value === undefined) throw s3Error('MalformedXML')
    return { key, value }
  })
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) {
    throw s3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
  }
  return checked(tags, most)
}

function checked(tags: Tag[], most: number): Tag[] {
  if (tags.length > most) throw s3Error('BadRequest', `Object tags cannot be greater than ${most}`)
  for (const { key, value } of tags) {
    if (key === '' || key.length > 128) throw s3Error('InvalidTag', 'The TagKey you have provided is invalid')
    if (value.length > 256) throw s3Error('InvalidTag', 'The TagValue you have provided is invalid')
    if (key.startsWith('aws:'))
      throw s3Error('InvalidTag', 'System tags cannot be added/updated by requester')
  }
  return tags
}

const tagging = (tags: readonly Tag[]) =>
  xmlAnswer('Tagging', { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } })

export const taggingOperations: readonly Operation[] = [
  {
    name: 'GetBucketTagging',
    at: 'bucket',
    method: 'GET',
    query: 'tagging',
    action: 's3:GetBucketTagging',
    run(call) {
      const { tags } = call.bucket().record
      if (tags === undefined) throw s3Error('NoSuchTagSet', undefined, { BucketName: call.bucketName })
      return tagging(tags)
    },
  },
  {
    name: 'PutBucketTagging',
    at: 'bucket',
    method: 'PUT',
    query: 'tagging',
    action: 's3:PutBucketTagging',
    async run(call) {
      const tags = parseTagging(await xmlBody(call.request, 'Tagging'), maxBucketTags)
      call.bucket().configure({ tags })
      return noContent
    },
  },
  {
    name: 'DeleteBucketTagging',
    at: 'bucket',
    method: 'DELETE',
    query: 'tagging',
    action: 's3:PutBucketTagging',
    run(call) {
      call.bucket().configure({ tags: undefined })
      return noContent
    },
  },
  {
    name: 'GetObjectTagging',
    at: 'object',
    method: 'GET',
    query: 'tagging',
    action: 's3:GetObjectTagging',
    run: (call) => tagging(existing(call).tags),
  },
  {
    name: 'PutObjectTagging',
    at: 'object',
    method: 'PUT',
    query: 'tagging',
    action: 's3:PutObjectTagging',
    async run(call) {
      existing(call)
      const tags = parseTagging(await xmlBody(call.request, 'Tagging'), maxObjectTags)
      call.bucket().putObject({ ...existing(call), tags })
      return { status: 200, headers: {} }
    },
  },
  {
    name: 'DeleteObjectTagging',
    at: 'object',
    method: 'DELETE',
    query: 'tagging',
    action: 's3:DeleteObjectTagging',
    run(call) {
      call.bucket().putObject({ ...existing(call), tags: [] })
      return noContent
    },
  },
]
