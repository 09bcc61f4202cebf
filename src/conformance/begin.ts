import { codeOf, Failure, messageOf } from '../core/errors.ts'
import { AccessDeniedError, driverMethods } from '../storage/driver.ts'
import { cleanUp, marker, type Store } from './removal.ts'

/**
 * Writes the marker of a run and does once what nearly every case does, so that a permission that is missing is told
 * once and by its name. Throws Failure('denied') with all that are missing, Failure('usage') where the operating system
 * lets nothing be written or the driver lacks what every driver has, and the driver's own Failure; any other defect of
 * the store shows in the verdicts.
 */
export async function begin(store: Store): Promise<void> {
  const { driver } = await store.open(`/${store.run}`)
  const lacking = (['name', 'capabilities', ...driverMethods] as const).filter(
    (member) => driver?.[member] === undefined,
  )
  if (lacking.length > 0)
    throw new Failure('usage', `the driver that open gives has no ${lacking.join(', ')}`)
  const refused = new Set<string>()
  let written = false
  let read = false
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act()
    } catch (error) {
      if (error instanceof Failure) throw error
      if (error instanceof AccessDeniedError) refused.add(error.action)
      else if (unwritable.has(codeOf(error) ?? '')) {
        throw new Failure('usage', `the store cannot be written to: ${messageOf(error)}`, {
          cause: error,
          remedy: { text: 'Name with --root a folder that this user may write to, on a disk with space.' },
        })
      }
    }
  }
  const note = `Written by regctl conformance. Remove with: regctl conformance --cleanup ${store.run}\n`
  const probe = async () => {
    await attempt(async () => {
      await driver.putContent(marker, Buffer.from(note))
      written = true
    })
    // Without it nothing else can be tried.
    if (refused.size > 0) return
    await attempt(async () => {
      await driver.getContent(marker)
      read = true
    })
    await attempt(() => driver.list('/'))
    if (driver.capabilities.resumable) {
      await attempt(async () => (await driver.writer('/upload', { append: false })).close())
      await attempt(async () => (await driver.writer('/upload', { append: true })).cancel())
    }
    await attempt(() => driver.putContent('/content', Buffer.from(note)))
    await attempt(() => driver.delete('/content'))
  }
  const failure = await probe().then(
    () => undefined,
    (error: unknown) => error as Failure,
  )
  // Whoever may not list is told 403 of what is not there, too.
  if (read) refused.delete('s3:GetObject')
  if (failure === undefined && refused.size === 0) return
  const isClean =
    !written ||
    (await cleanUp(store).then(
      () => true,
      () => false,
    ))
  const why =
    failure ??
    new Failure('denied', `the store refuses ${[...refused].join(', ')}`, {
      remedy: { text: `Allow ${[...refused].map(whereOf).join(', and ')} to the identity in use.` },
    })
  throw isClean ? why : withCleanup(why, store.run)
}

/** The same with how to remove what the run has left. */
function withCleanup({ kind, message, cause, remedy }: Failure, run: string): Failure {
  return new Failure(kind, message, {
    cause,
    remedy: {
      text:
        remedy === undefined
          ? 'Remove what the run has left:'
          : `${remedy.text.replace(/\.?$/, ';')} then remove what the run has left:`,
      commands: [...(remedy?.commands ?? []), `regctl conformance --cleanup ${run}`],
    },
  })
}

/** What the operating system says where no file can be made at all. */
const unwritable = new Set(['ENOTDIR', 'ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EIO'])

/** S3's actions on a bucket are in no statement about its objects, nor the other way round. */
function whereOf(action: string): string {
  return `${action} on the ${/^s3:ListBucket/.test(action) ? 'bucket' : 'objects'}`
}
