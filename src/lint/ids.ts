import { rules } from './all.ts'

/** The ids of all rules. A function, since the list holds the rules that ask for it. */
export function ruleIds(): readonly string[] {
  return rules.map(({ id }) => id)
}
