import { majorOf } from '../../registry-config/releases.ts'
import { imageConfigPath } from '../image.ts'
import type { Rule } from '../rule.ts'

const compose = (path: string) =>
  `services:\n  registry:\n    image: registry:3\n    environment: {REGISTRY_HTTP_SECRET: shared}\n    volumes: ["./config.yml:${path}"]\n`

export const configMountPath: Rule = {
  id: 'config-mount-path',
  summary: 'the config is mounted where the image does not look',
  severity: 'error',
  why: 'The images of 2.x read /etc/docker/registry/config.yml, those of 3.x /etc/distribution/config.yml. A config in the other place is ignored: the registry runs with the image’s own and keeps everything in the container.',
  examples: [
    { bad: compose('/etc/docker/registry/config.yml'), good: compose('/etc/distribution/config.yml') },
  ],
  *check({ mount, release }) {
    if (mount === undefined) return
    const wanted = imageConfigPath(majorOf(release))
    const other = imageConfigPath(majorOf(release) === 3 ? 2 : 3)
    const folder = (path: string) => path.slice(0, path.lastIndexOf('/'))
    if (mount.path !== other && mount.path.replace(/\/$/, '') !== folder(other)) return
    yield {
      at: { kind: 'position', position: mount.position, file: mount.file },
      message: `the image of ${release} does not read ${mount.path}, so it runs with its own config`,
      remedy: { text: `Mount it at ${wanted}.` },
    }
  },
}
