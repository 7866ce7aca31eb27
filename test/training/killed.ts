// A training that dies by kill -9: argv[2] is the run's folder, argv[3] the step after which it happens.
import { trainRun } from '../../src/training/train.ts'
import { toyRun } from './toyRun.ts'

const [, , out, last] = process.argv
await trainRun({
  ...toyRun,
  out,
  callbacks: [{ onBatch: ({ step }) => void (step === Number(last) && process.kill(process.pid, 'SIGKILL')) }],
}).catch(error => {
  console.log(JSON.stringify({ message: error.message, hint: error.hint }))
  process.exitCode = 1
})
