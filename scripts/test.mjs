// All checks: lint and format, import rule, types, then the tests. Ends with one line `N passed, N failed`.
// `npm test -- test/data` runs only the tests below that folder; `-t NAME` and other settings go to vitest as they are.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode } from './house.mjs'

const wanted = process.argv.slice(2)
const count = { passed: 0, failed: 0, skipped: 0 }

if (wanted.length === 0) {
  check('lint and format', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off'])
  check('import rule', ['scripts/check-imports.mjs'])
  check('types', ['node_modules/typescript/bin/tsc', '--noEmit'])
}
runTests()
if (!process.env.INKLING_DATA) {
  console.log(
    'Without INKLING_DATA the tests on real data are skipped; to run them: INKLING_DATA=/path/to/data npm test',
  )
}
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)
process.exitCode = count.failed === 0 ? 0 : 1

function check(name, args) {
  const result = runNode(args, { stdio: 'pipe', encoding: 'utf8' })
  const ok = result.status === 0
  if (!ok) console.log(`${result.stdout}${result.stderr}`.trim())
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  count[ok ? 'passed' : 'failed']++
}

function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-test-'))
  const output = join(folder, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  const result = runNode(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...wanted])
  let failed = 0
  try {
    const report = JSON.parse(readFileSync(output, 'utf8'))
    count.passed += report.numPassedTests
    count.skipped += report.numPendingTests + report.numTodoTests
    // A file that does not even load has no failed tests of its own.
    const unloaded = report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0)
    failed = report.numFailedTests + unloaded.length
  } catch {
    failed = 1
  }
  // Errors outside of any test (an unhandled rejection) fail the run and are counted as one.
  if (result.status !== 0 && failed === 0) failed = 1
  count.failed += failed
  rmSync(folder, { recursive: true, force: true })
}
