import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Between two looks at a lock that another process holds, milliseconds. */
const PAUSE = 20
/** Nobody takes so long to write a number, milliseconds. */
const OLD = 10_000

/**
 * Does something while no other process does it for the same `path`: two `inkling reproduce` may keep trials of one experiment
 * at a time. The lock is a file beside it with the holder's process id; one whose holder is gone is taken over.
 */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  await mkdir(dirname(path), { recursive: true })
  while (!(await take(lock))) await setTimeout(PAUSE)
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
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  }
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''))
  if (holder > 0 ? !isAlive(holder) : await isOld(lock)) await rm(lock, { force: true })
  return false
}

/** A holder that was killed before it wrote its number leaves an empty file. */
const isOld = async (lock: string) =>
  Date.now() - ((await stat(lock).catch(() => undefined))?.mtimeMs ?? Date.now()) > OLD

function isAlive(holder: number): boolean {
  try {
    process.kill(holder, 0)
    return true
  } catch (error) {
    // EPERM: it runs for another user.
    return (error as { code?: string }).code !== 'ESRCH'
  }
}
