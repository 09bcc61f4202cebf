import { requiredOriginPath } from '../../storage/edge-path.ts'
import { cloudFronts, edgeOf, exampleKeys } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import { type Rule, value } from '../rule.ts'

export const cloudfrontOriginPath: Rule = {
  id: 'cloudfront-origin-path',
  summary: 'the distribution’s origin path must stay empty',
  severity: 'note',
  why: 'For ten years the guide said to set Origin Path to the directory of the registry. The registry’s signed URLs hold rootdirectory already, so an origin path puts it there twice, and every pull ends in 403 while pushes work.',
  examples: [{ bad: withCloudFront('', '', 'rootdirectory: /prod'), good: withCloudFront('') }],
  *check(input) {
    for (const { url } of cloudFronts(input)) {
      const edge = edgeOf(input, 'cloudfront', url?.path ?? '')
      const root = edge.rootDirectory.replace(/^\/+|\/+$/g, '')
      if (root === '' || requiredOriginPath(edge) !== '' || input.effective.storage === undefined) continue
      const wrong = exampleKeys(edge, `/${root}`)
      yield {
        at: value('storage', input.effective.storage.driver, 'rootdirectory'),
        message: `signed URLs hold /${root}/docker/… already: the distribution’s origin path must be empty, or the edge asks for ${wrong.requested}`,
        remedy: { text: 'Leave Origin Path empty; regctl doctor looks at the distribution itself.' },
      }
    }
  },
}
