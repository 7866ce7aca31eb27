import { describe, expect, test } from 'vitest'
import { namesPictures } from '../../../src/data/images/csvListing.ts'
import { listImages } from '../../../src/data/images/listing.ts'
import { temporaryFolder, writeFiles } from '../folder.ts'

function folderWith(files: Record<string, string | Uint8Array>): string {
  const root = temporaryFolder()
  writeFiles(root, files)
  return root
}

const rows = (path: string) =>
  listImages(path).images.map(({ name, label, part }) => `${name}=${label}${part ? ` ${part}` : ''}`)

describe('folders', () => {
  test('one for each class, in natural order; what is hidden or no picture does not count', () => {
    const root = folderWith({
      'class10/a.png': 'x',
      'class2/b.JPG': 'x',
      'class2/a10.webp': 'x',
      'class2/a9.webp': 'x',
      'class2/deeper/c.png': 'x',
      'class2/notes.txt': 'x',
      'empty/readme.md': 'x',
      '.git/z.png': 'x',
      '__MACOSX/class2/y.png': 'x',
    })
    expect(listImages(root)).toMatchObject({ layout: 'classes', classes: ['class2', 'class10'] })
    expect(rows(root)).toEqual([
      ...['class2/a9.webp=0', 'class2/a10.webp=0', 'class2/b.JPG=0', 'class2/deeper/c.png=0', 'class10/a.png=1'],
    ])
  })

  test('train, val and test of them', () => {
    const root = folderWith({
      'train/cat/1.png': '',
      'train/dog/2.png': '',
      'valid/dog/3.png': '',
      'test/cat/4.png': '',
    })
    expect(listImages(root)).toMatchObject({ layout: 'parts', classes: ['cat', 'dog'] })
    expect(rows(root).sort()).toEqual([
      ...['test/cat/4.png=0 test', 'train/cat/1.png=0 train', 'train/dog/2.png=1 train'],
      'valid/dog/3.png=1 validation',
    ])
  })

  test.each([
    [{ 'cat/1.png': '' }, 'has pictures in one folder only (cat)'],
    [{ 'readme.txt': '' }, 'holds no pictures in folders'],
    [{ 'train/cat/1.png': '', 'test/cat/1.png': '' }, 'has 1 class folders with pictures'],
    [{ 'train/a/1.png': '', 'train/b/1.png': '', 'test/c/1.png': '' }, 'has classes that training lacks: c'],
  ])('refuses %j', (files, message) => {
    expect(() => listImages(folderWith(files))).toThrow(message)
  })

  test('a path that is not there', () => {
    expect(() => listImages('/no/such/folder')).toThrow('/no/such/folder does not exist')
  })
})

describe('CSV files', () => {
  const pictures = { '1.png': '', 'images/2.jpg': '', 'sub/3.png': '' }

  test('by the names of the columns; endings and a folder "images" may be left out', () => {
    const root = folderWith({
      ...pictures,
      'labels.csv': '\ufeffsplit;Label;Filename\ntrain;b;1.png\ntest;a;2\nval;b;sub\\3.png\n',
    })
    expect(listImages(`${root}/labels.csv`)).toMatchObject({ layout: 'csv', classes: ['a', 'b'], missing: [] })
    expect(rows(root)).toEqual(['1.png=1 train', 'images/2.jpg=0 test', 'sub/3.png=1 validation'])
  })

  test('without a header; files that are not there are named', () => {
    const root = folderWith({
      ...pictures,
      'l.csv': '1.png,cat\n2.jpg,"dog, small"\n9.png,cat\n../1.png,cat\n/etc/x.png,dog\n',
    })
    const listing = listImages(`${root}/l.csv`)
    expect(listing.classes).toEqual(['cat', 'dog, small'])
    expect(listing.images).toHaveLength(2)
    expect(listing.missing).toEqual(['9.png', '../1.png', '/etc/x.png'])
  })

  test('one sign parts the cells, the others belong to the labels', () => {
    const root = folderWith({ 'a.png': '', 'b.png': '', 'l.csv': 'file,label\na.png,cat;dog\nb.png,cow\n' })
    expect(listImages(`${root}/l.csv`).classes).toEqual(['cat;dog', 'cow'])
  })

  test('train.csv beside train/, as competitions have it; several lists are too many', () => {
    const root = folderWith({ 'train/7.jpg': '', 'train/8.jpg': '', 'train.csv': 'id,label\n7,a\n8,b\n' })
    expect(rows(root)).toEqual(['train/7.jpg=0', 'train/8.jpg=1'])
    writeFiles(root, { 'more.csv': 'id,label\n7,a\n' })
    expect(() => listImages(root)).toThrow('has 2 lists of pictures: more.csv, train.csv')
  })

  test.each([
    ['', 'is empty'],
    ['a,b,c\n1,2,3\n', 'does not say which column names the file'],
    ['file,label\n1.png,\n', 'line 2: the label is missing'],
    ['file,label\n8.png,a\n9.png,b\n', 'none of the 2 files'],
    ['file,label\n1.png,a\n2.jpg,a\n', 'has one label only: a'],
    ['file,label,split\n1.png,a,most\n', 'line 2: "most" is no part'],
    ['file,label\n"1.png,a\n', 'is no CSV'],
  ])('refuses %j', (text, message) => {
    const root = folderWith({ ...pictures, 'l.csv': text })
    expect(() => listImages(`${root}/l.csv`)).toThrow(message)
  })

  test('labels that differ in a sign of another encoding than UTF-8 are not made one', () => {
    const root = folderWith({ ...pictures, 'l.csv': Buffer.from('file,label\n1.png,Lä\n2.png,Lö\n', 'latin1') })
    expect(() => listImages(`${root}/l.csv`)).toThrow(/l\.csv, line 2: "1\.png,L.*" is not UTF-8 text/)
  })

  test('a list of pictures is told from a table of pixels', () => {
    const root = folderWith({
      'a.csv': 'image,label\n1,2\n',
      'b.csv': 'x.png,cat\n',
      'c.csv': 'label,pixel0,pixel1\n1,2,3\n',
      'd.csv': '3,0,0,255\n',
    })
    expect(['a', 'b', 'c', 'd', 'e'].map(name => namesPictures(`${root}/${name}.csv`))).toEqual([
      ...[true, true, false, false, false],
    ])
  })
})
