import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faults } from '../support/fuzz/check.ts'
import { inputs } from '../support/fuzz/inputs.ts'
import { random } from '../support/oracle/random.ts'

it('judges and corrects whatever it is given: a slice of npm run fuzz', { timeout: 600_000 }, async () => {
  const make = inputs(join(import.meta.dirname, 'sound'))
  for (let index = 0; index < 1500; index += 1) {
    expect(await faults(make(random(index))), `node scripts/fuzz.js 1 0 ${index}`).toEqual([])
  }
})
