import type { Case } from './case.ts'
import { append } from './cases/append.ts'
import { concurrency } from './cases/concurrency.ts'
import { content } from './cases/content.ts'
import { deletion } from './cases/delete.ts'
import { edge } from './cases/edge.ts'
import { list } from './cases/list.ts'
import { model } from './cases/model.ts'
import { move } from './cases/move.ts'
import { objects } from './cases/objects.ts'
import { redirect } from './cases/redirect.ts'
import { stat } from './cases/stat.ts'
import { stream } from './cases/stream.ts'
import { uploads } from './cases/uploads.ts'
import { walk } from './cases/walk.ts'

/** Every family of cases under its file's name, in the order they are told. Entered by hand. */
export const families: Readonly<Record<string, readonly Case[]>> = {
  content,
  stream,
  append,
  uploads,
  list,
  stat,
  move,
  delete: deletion,
  walk,
  redirect,
  objects,
  concurrency,
  model,
  edge,
}

export const cases: readonly Case[] = Object.values(families).flat()
