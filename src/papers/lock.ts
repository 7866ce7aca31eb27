import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Between two looks at a lock that another process holds, milliseconds. */
const PAUSE = 20
/** Nobody takes so long to write a file of results, milliseconds. */
const OLD = 60_000

/**
 * Does something while no other process does it for the same `path`: two `inkling reproduce` may keep trials of one experiment
 * at a time. The lock is a file beside it with the holder's process id; one whose holder is gone is taken over.
 */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  await mkdir(dirname(path), { recursive: true })
  while (!(await take(lock))) {
    if (await isAbandoned(lock)) await clear(lock)
    else await setTimeout(PAUSE)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx')
    await file.writeFile(String(process.pid)).finally(() => file.close())
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false
    throw error
  }
}

/** Removes an abandoned lock; one process at a time, or the second would remove what the first has taken meanwhile. */
async function clear(lock: string): Promise<void> {
  const clearing = `${lock}.clearing`
  if (!(await take(clearing))) {
    if (await isOld(clearing)) await rm(clearing, { force: true })
    return await setTimeout(PAUSE)
  }
  try {
    if (await isAbandoned(lock)) await rm(lock, { force: true })
  } finally {
    await rm(clearing, { force: true })
  }
}

/** Its holder is gone, or was killed before it wrote its number, or its number is another process's by now. */
async function isAbandoned(lock: string): Promise<boolean> {
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''))
  return (holder > 0 && !isAlive(holder)) || (await isOld(lock))
}

const isOld = async (path: string) =>
  Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now()) > OLD

function isAlive(holder: number): boolean {
  try {
    process.kill(holder, 0)
    return true
  } catch (error) {
    // EPERM: it runs for another user.
    return (error as { code?: string }).code !== 'ESRCH'
  }
}
