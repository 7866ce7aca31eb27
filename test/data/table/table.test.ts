import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { exampleAt, labelsOf } from '../../../src/data/dataset.ts'
import { loadDataset } from '../../../src/data/load.ts'
import { encodeRows, fitColumns, type NumberColumn, widthOf } from '../../../src/data/table/columns.ts'
import { readTable, refuseTooLarge } from '../../../src/data/table/readTable.ts'
import { isGeneralTable, loadTable } from '../../../src/data/table/table.ts'
import { temporaryFolder, writeFiles } from '../folder.ts'

function file(text: string | Uint8Array): string {
  const folder = temporaryFolder()
  writeFiles(folder, { 'data.csv': text })
  return join(folder, 'data.csv')
}

const lines = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join('\n')

describe('columns become inputs', () => {
  // Four training rows and one that must teach nothing.
  const text = 'age,town,id,one\n1,Ulm,1,x\n3,,2,x\n,Ulm,3,x\n5,Bonn,4,x\n1000,Rome,5,y\n'

  test('numbers by mean and deviation, categories one input a level, missing ones with an input that says so', async () => {
    const table = await readTable(file(text))
    const { columns, leftOut } = fitColumns(table, [0, 1, 2, 3], [])
    expect(columns).toEqual([
      // Of 1, 3, 5: the row of 1000 is no training row.
      { name: 'age', kind: 'number', mean: 3, deviation: Math.sqrt(8 / 3), missing: true },
      { name: 'town', kind: 'category', levels: ['Ulm', 'Bonn'], mode: 'Ulm', missing: true },
    ])
    expect(leftOut).toEqual([
      { name: 'id', why: 'it numbers the rows' },
      { name: 'one', why: 'it has one value only' },
    ])
    expect(widthOf(columns)).toBe(5)
    const rows = Array.from(encodeRows(table, columns))
    const z = 2 / Math.sqrt(8 / 3)
    expect(rows.slice(0, 15)).toEqual([-z, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0].map(Math.fround))
    // Rome was never seen: none of the levels.
    expect(rows.slice(21)).toEqual([0, 0, 0, 0])
  })

  test('columns are found by name; a missing column and a text among numbers are told', async () => {
    const { columns } = fitColumns(await readTable(file(text)), [0, 1, 2, 3], [])
    const turned = await readTable(file('town,more,age\nUlm,7,3\n'))
    expect(Array.from(encodeRows(turned, columns))).toEqual([0, 0, 1, 0, 0])
    const without = await readTable(file('town\nUlm\n'))
    expect(() => encodeRows(without, columns)).toThrow(/no column "age"/)
    const wrong = await readTable(file('town,age\nUlm,old\n'))
    expect(() => encodeRows(wrong, columns)).toThrow(/line 2: column "age" holds "old", not a number/)
  })
})

describe('numbers with decimal commas', () => {
  const load = (text: string) => loadTable(file(text), { label: 'kind' })

  test.each([
    ['many values', (i: number) => `${i};${i % 10},${i};${i % 2}`, '0,0'],
    ['few values', (i: number) => `${i};0,${i % 3};${i % 2}`, '0,0'],
    [
      'whole numbers and gaps among them',
      (i: number) => `${i};${['', '-1.234,5', '+7,25', '3'][i % 4]};${i % 2}`,
      '-1.234,5',
    ],
  ])('are refused with the line: %s', async (_, row, cell) => {
    const at = cell === '0,0' ? 2 : 3
    await expect(load(`y;x;kind\n${lines(80, row)}\n`)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`data\\.csv, line ${at}: column "x" holds "${cell}", not a number$`)),
      hint: 'Write decimal points, not commas.',
    })
  })

  test('are named where numbers were learned; texts with a comma here and there are a category', async () => {
    const { columns } = fitColumns(await readTable(file('x;y\n1.5;1\n2;3\n')), [0, 1], [])
    const later = await readTable(file('x;y\n1,5;1\n'))
    expect(() => encodeRows(later, columns)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/line 2.* "1,5"/),
        hint: expect.stringMatching(/points/),
      }),
    )
    const { table } = await load(`x;kind\n${lines(80, i => `${['a', '1,2', 'b'][i % 3]};${i % 2}`)}\n`)
    expect(table?.columns).toMatchObject([{ kind: 'category', levels: ['1,2', 'a', 'b'] }])
  })
})

describe('a table', () => {
  test('is split by class; every figure of the standardisation is of the training rows', async () => {
    const path = file(`x,kind\n${lines(200, i => `${i * i},${i % 4 ? 'b' : 'a'}`)}\n`)
    const { train, validation, test: held, table } = await loadTable(path, { label: 'kind', seed: 4 })
    expect([train.length, validation?.length, held?.length]).toEqual([144, 16, 40])
    expect(train.classes).toEqual(['a', 'b'])
    expect(labelsOf(held!).filter(label => label === 0)).toHaveLength(10)
    const values = Array.from({ length: 144 }, (_, i) => exampleAt(train, i)[0])
    expect(values.reduce((sum, v) => sum + v, 0) / 144).toBeCloseTo(0, 5)
    expect(values.reduce((sum, v) => sum + v * v, 0) / 144).toBeCloseTo(1, 5)
    const { mean, deviation } = table.columns[0] as NumberColumn
    const all = [train, validation!, held!].flatMap(part =>
      Array.from({ length: part.length }, (_, i) =>
        Math.round(Math.sqrt(Math.abs(exampleAt(part, i)[0] * deviation + mean))),
      ),
    )
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i))
  })

  test('no share to test with leaves the validation part what it is', async () => {
    const path = file(`x,y\n${lines(200, i => `${i % 7},${i % 2 ? 'a' : 'b'}`)}\n`)
    const parts = await loadTable(path, { label: 'y', testShare: 0, validation: 0.1 })
    expect([parts.train.length, parts.validation?.length, parts.test]).toEqual([180, 20, undefined])
  })

  test('rows of one group are never on two sides, whatever the seed', async () => {
    const path = file(`who,x,kind\n${lines(120, i => `p${i % 15},${i % 15},${i % 2}`)}\n`)
    for (let seed = 0; seed < 8; seed++) {
      const { train, validation, test: held, table } = await loadTable(path, { label: 'kind', group: 'who', seed })
      expect(table.columns.map(column => column.name)).toEqual(['x'])
      // x is the person here.
      const people = [train, validation!, held!].map(
        part => new Set(Array.from({ length: part.length }, (_, i) => exampleAt(part, i)[0])),
      )
      expect(people.every(set => set.size > 0)).toBe(true)
      expect(new Set(people.flatMap(set => [...set])).size).toBe(people.reduce((n, set) => n + set.size, 0))
      expect(people.reduce((n, set) => n + set.size, 0)).toBe(15)
    }
  })

  test('semicolons, quotes, a BOM and rows without a label', async () => {
    const path = file(`\uFEFF"a;b";c;kind\n${lines(40, i => `"${i};${i % 3}";${i * 2};${i === 7 ? '?' : i % 2}`)}\n`)
    const loaded = await loadTable(path, { label: 'kind', validation: 0 })
    expect(loaded.table.leftOut).toEqual([{ name: 'a;b', why: 'its texts hardly occur twice' }])
    expect(loaded.validation).toBeUndefined()
    expect(loaded.train.length + loaded.test!.length).toBe(39)
    expect(loaded.notes).toContain('warning: left out, without a label: 1 row')
  })

  test('a packed file', async () => {
    const path = `${file('')}.gz`
    writeFileSync(path, gzipSync(`x,kind\n${lines(60, i => `${i},${i % 2 ? 'u' : 'v'}`)}\n`))
    const { train } = await loadDataset(path, { table: { label: 'kind' } })
    expect(train.shape).toEqual([1])
  })

  test('what another table taught is used on new rows', async () => {
    const { table, train } = await loadTable(file(`x,kind\n${lines(60, i => `${i},${i % 2 ? 'u' : 'v'}`)}\n`), {
      label: 'kind',
    })
    const known = { columns: table.columns, classes: train.classes }
    const path = file('kind,x\nv,3\nu,4\n')
    const loaded = await loadTable(path, { label: 'kind', known })
    expect([loaded.train.length, loaded.test, Array.from(labelsOf(loaded.train))]).toEqual([2, undefined, [1, 0]])
    await expect(loadTable(file('x,kind\n1,w\n'), { label: 'kind', known })).rejects.toThrow(/line 2: "w" is no kind/)
  })
})

describe('what is refused, with a sentence that helps', () => {
  const fails = (text: string, says: RegExp, options: { label?: string; group?: string } = {}) =>
    expect(loadTable(file(text), { label: 'kind', ...options })).rejects.toThrow(says)

  test.each([
    ['x,kind\n1,2,3\n', /line 2: 3 cells, the header has 2/],
    ['x,kind\n', /a header and no rows/],
    ['1,2\n3,4\n', /has no header/],
    ['x,x\n1,a\n', /two columns called "x"/],
    ['x,y\n1,a\n', /no column "kind" \(--label\)/],
    ['x,kind\n1,a\n2,a\n', /one value only/],
    ['x,kind\n1,"a\n', /is no CSV/],
    [`x,kind\n${lines(60, i => `${i},${i * 1.5}`)}\n`, /60 different numbers: estimating a quantity \(regression\)/],
    [`x,kind\n${lines(60, i => `${i},t${i}`)}\n`, /60 different values in 60 rows/],
    ['x,kind\n1,a\n2,b\n', /too few to split/],
    [`x,kind\n${lines(30, i => `7,${i % 2}`)}\n`, /no column to learn from/],
  ])('%j', async (text, says) => await fails(text, says))

  test('groups', async () => {
    const rows = `who,x,kind\n${lines(30, i => `p${i % 2},${i},${i % 3}`)}\n`
    await fails(rows, /2 who groups: too few for 3 parts/, { group: 'who' })
    await fails(rows, /no column "person" \(--group\)/, { group: 'person' })
    await fails(`who,x,kind\n,1,a\n${lines(30, i => `p${i},${i},b`)}\n`, /line 2: the who is missing/, { group: 'who' })
  })

  test('a table without --label names its columns; a label without a table is refused', async () => {
    const path = file('x,kind\n1,a\n2,b\n')
    await expect(loadDataset(path)).rejects.toMatchObject({
      exitCode: 2,
      // Whoever loads it may have no such option.
      message: `${path} is a table; what was asked for is for pictures and signals`,
      hint: `A table is learned by: inkling train ${path} --label NAME. It has x, kind.`,
    })
    await expect(loadDataset(path, { asksLabel: true })).rejects.toMatchObject({
      exitCode: 2,
      message: `which column of ${path} is the label? Say so with --label NAME`,
      hint: 'It has x, kind.',
    })
    await expect(loadDataset('mnist', { table: { label: 'x' } })).rejects.toThrow(/--label\) is for a CSV file/)
  })

  test('a table with an id and a target is none of pictures, and a list of pictures is no table', async () => {
    const path = file(`id,age,target\n${lines(60, i => `${i},${i % 7},${i % 2}`)}\n`)
    await expect(loadDataset(path)).rejects.toMatchObject({ hint: expect.stringMatching(/--label NAME/) })
    const { table, notes } = await loadDataset(path, { table: { label: 'target' } })
    expect(table?.columns).toHaveLength(1)
    expect(notes?.[0]).toBe('60 rows, 1 column (1 of numbers, 0 of categories) as 1 input')
    const list = file(`file,label\n${lines(40, i => `${i}.png,${i % 2}`)}\n`)
    await expect(loadDataset(list, { table: { label: 'label' } })).rejects.toMatchObject({
      hint: expect.stringMatching(/For a list of picture files leave --label away/),
    })
  })

  test('pixels are told from tables by their header', () => {
    expect(isGeneralTable(file('label,pixel0,pixel1\n'))).toBe(false)
    expect(isGeneralTable(file('label,1x1,1x2\n'))).toBe(false)
    expect(isGeneralTable(file('0,0,0,13\n'))).toBe(false)
    expect(isGeneralTable(file('x,y,kind\n'))).toBe(true)
  })

  test('labels that differ in a sign of another encoding than UTF-8 are not made one', async () => {
    const text = `x,kind\n${lines(60, i => `${i},${['Lä', 'Lö', 'x'][i % 3]}`)}\n`
    expect((await loadTable(file(text), { label: 'kind' })).train.classes).toEqual(['Lä', 'Lö', 'x'])
    const latin1 = file(Buffer.from(text, 'latin1'))
    await expect(loadTable(latin1, { label: 'kind' })).rejects.toThrow(/data\.csv, line 2: "0,L.*" is not UTF-8 text/)
    // Without a label it is not told to be binary data either.
    for (const [path, message] of [
      [latin1, /line 2: ".*" is not UTF-8 text$/],
      [file(Buffer.from(`\ufeff${text}`, 'utf16le')), /data\.csv is UTF-16 text$/],
      [file(Buffer.from('\ufefflabel,pixel0,pixel1\n', 'utf16le')), /data\.csv is UTF-16 text$/],
    ] as const)
      await expect(loadDataset(path)).rejects.toMatchObject({
        message: expect.stringMatching(message),
        hint: expect.stringContaining('"CSV (UTF-8)"'),
      })
  })

  test('a table that would end the program for want of memory is refused', () => {
    expect(() => refuseTooLarge('data.csv', 420e6, 4e9)).toThrow(
      'data.csv is too large to be read as a table: its 420 MB may take 8.4 GB, Node may use 4.0 GB',
    )
    expect(() => refuseTooLarge('data.csv', 99e6, 4e9)).not.toThrow()
  })
})
