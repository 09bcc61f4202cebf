import inquirer from 'inquirer'
import { Failure } from '../core/errors.ts'

/** Asks a yes-or-no question, no by default. Throws Failure('interrupted') when the person walks away. */
export async function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const prompt = inquirer.createPromptModule({ input, output })
  try {
    const { yes } = await prompt<{ yes: boolean }>([
      { type: 'confirm', name: 'yes', message: question, default: false },
    ])
    return yes
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError')
      throw new Failure('interrupted', 'nothing was changed')
    throw error
  }
}
