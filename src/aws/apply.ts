import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../core/errors.ts'
import type { Step } from '../core/outcome.ts'
import { resources } from './all.ts'
import type { AwsClients } from './clients.ts'
import type { Intent } from './intent.ts'
import type { Known } from './resource.ts'

/** What apply would do: looks at every resource and changes nothing. Throws Failure. */
export function plan(clients: AwsClients, intent: Intent): Promise<Result> {
  return visitAll(clients, intent, undefined)
}

/**
 * Makes everything as `intent` says, resource by resource, and stops between two when `signal` aborts. Safe to
 * repeat: a second run changes nothing. Throws Failure.
 */
export function apply(clients: AwsClients, intent: Intent, signal: AbortSignal): Promise<Result> {
  return visitAll(clients, intent, signal)
}

export interface Result {
  readonly steps: readonly Step[]
  readonly known: Known
}

async function visitAll(clients: AwsClients, intent: Intent, act: AbortSignal | undefined): Promise<Result> {
  const steps: Step[] = []
  let known: Known = {}
  for (const resource of resources) {
    act?.throwIfAborted()
    const visited = await resource
      .visit(clients, intent, known, act !== undefined)
      .catch((error: unknown) => {
        throw act === undefined ? error : halfway(error, steps)
      })
    steps.push(visited.step)
    known = visited.known
  }
  return { steps, known }
}

/** What stopped apply, and what it had done by then: the same command goes on from there. */
function halfway(error: unknown, steps: readonly Step[]): unknown {
  const done = steps.filter(({ action }) => action !== 'keep').map(({ resource }) => resource)
  if (done.length === 0 || !(error instanceof Failure)) return error
  const { kind, message, remedy, cause } = error
  return new Failure(
    kind,
    `${message}\n  Done before that: ${done.join(', ')}; the same command goes on from there.`,
    {
      cause,
      ...(remedy && { remedy }),
    },
  )
}

/**
 * Resolves when the distribution is deployed everywhere; on AWS that takes minutes. Throws Failure('unreachable')
 * after 90 minutes, and at once on any error of the service. `waiting` hears of each look, with the seconds so far.
 */
export async function deployed(
  clients: AwsClients,
  id: string,
  signal: AbortSignal,
  waiting: (seconds: number) => void,
): Promise<void> {
  const limit = 90 * 60
  for (let seconds = 0, delay = 0.25; ; ) {
    const { Distribution } = await clients.cloudfront.getDistribution({ Id: id })
    if (Distribution?.Status === 'Deployed') return
    if (seconds > limit) {
      throw new Failure(
        'unreachable',
        `the distribution ${id} is still ${Distribution?.Status} after 90 minutes`,
        {
          remedy: {
            text: 'Look at it, and run the same command again.',
            commands: [`aws cloudfront get-distribution --id ${id}`],
          },
        },
      )
    }
    waiting(Math.round(seconds))
    await pause(delay * 1000, undefined, { signal })
    seconds += delay
    delay = Math.min(delay * 2, 15)
  }
}
