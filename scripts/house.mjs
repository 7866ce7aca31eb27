// What the scripts share. Plain JavaScript: ensure.mjs runs on the machine's own Node (20 and later) before anything is
// installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** Whether the Node that package.json pins is installed. */
export function hasPinnedNode() {
  return existsSync(pinned)
}

/** Runs `args` on the pinned Node (or on this one, while that is missing) in the checkout; returns spawnSync's result. */
export function runNode(args, options = {}) {
  return spawnSync(hasPinnedNode() ? pinned : process.execPath, args, { cwd: root, stdio: 'inherit', ...options })
}
