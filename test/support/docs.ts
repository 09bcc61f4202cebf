import { commands } from '../../src/commands/all.ts'
import { failureExitCode } from '../../src/core/outcome.ts'
import { checks } from '../../src/doctor/all.ts'
import { keysPage, rulesPage } from './lint-docs.ts'

/** The pages that are rendered from the modules. `UPDATE=1 npx vitest run test/lists.test.ts` writes them. */
export async function renderDocs(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/checks.md': checksPage(),
    'docs/exit-codes.md': exitCodesPage(),
    'docs/commands.md': await commandsPage(),
    'docs/rules.md': rulesPage(),
    'docs/config-keys.md': keysPage(),
  }
}

function checksPage(): string {
  const sections = checks.map((check) =>
    [
      `## ${check.id}`,
      '',
      `${capital(check.title)}. *${check.severity}*`,
      '',
      check.why,
      '',
      `Permissions: ${check.permissions.map((action) => `\`${action}\``).join(', ') || 'none'}.${check.needs ? ` Needs: ${check.needs.map((id) => `[${id}](#${id})`).join(', ')}.` : ''}`,
    ].join('\n'),
  )
  return `# Checks\n\nWhat \`regctl doctor\` looks at, in the order in which it does. Rendered from \`src/doctor/checks/\`.\n\n${sections.join('\n\n')}\n`
}

function exitCodesPage(): string {
  return `# Exit codes

Chosen in one place, \`src/core/outcome.ts\`. 3 outranks 1.

| code | meaning |
| --- | --- |
| 0 | clean |
| 1 | findings at or above \`--fail-on\` |
| ${failureExitCode('usage')} | wrong usage, or a file that cannot be read or written |
| ${failureExitCode('unreachable')} | could not finish: something was blocked, unreachable or in the way, or regctl itself failed |
| ${failureExitCode('interrupted')} | interrupted, or the answer to the question was no |

\`regctl sandbox -- COMMAND\` ends with the code of COMMAND.
`
}

async function commandsPage(): Promise<string> {
  const sections = await Promise.all(
    commands.map(async ({ load }) => {
      const command = await load()
      const options = Object.values(command.options).map((option) => {
        const choices = option.choices
          ? ` One of ${option.choices.map((word) => `\`${word}\``).join(', ')}.`
          : ''
        const fallback =
          (typeof option.fallback === 'number' || typeof option.fallback === 'string') && option.fallback
            ? ` Default \`${option.fallback}\`.`
            : ''
        return `| \`${option.flags}\` | ${capital(option.about)}.${choices}${fallback} |`
      })
      return [
        `## regctl ${command.name}${command.arguments ? ` ${command.arguments}` : ''}`,
        '',
        command.about,
        '',
        ...(options.length > 0 ? ['| option | meaning |', '| --- | --- |', ...options, ''] : []),
        '```console',
        ...command.examples.map((example) => `$ ${example}`),
        '```',
      ].join('\n')
    }),
  )
  return `# Commands

Every command also takes \`--format text|json\` (\`--json\` for short), \`--color\`, \`--no-color\` and \`--no-input\`. Rendered from \`src/commands/\`.

${sections.join('\n\n')}
`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
