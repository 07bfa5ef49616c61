import ts from 'typescript'
import { roomOf } from './directions.ts'
import { type Breach, type CodeFile, type HouseFile, isTest, lineOf, nodesOf } from './files.ts'

/** Names of folders and files, of the wall clock, and of exports. */

const BANNED = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'misc', 'lib'])

export const folderBreaches = (files: readonly HouseFile[]): Breach[] => {
  const folders = new Map<string, HouseFile>()
  for (const file of files) {
    const parts = file.path.split('/')
    const at = parts.slice(0, -1).findIndex(part => BANNED.has(part))
    if (at >= 0) folders.set(parts.slice(0, at + 1).join('/'), file)
  }
  return [...folders].map(([folder, file]) => ({
    path: file.path,
    line: 1,
    rule: 'folder-name',
    instead: `rename ${folder}/ after what is in it, or put its files beside those that use them`,
  }))
}

/** `recent-set.ts`, `pipeline.test.ts`, `pipeline.test-d.ts`; never `utils.ts`. */
export const fileNameBreaches = (files: readonly CodeFile[]): Breach[] =>
  files
    .filter(file => {
      const name = file.path.split('/').at(-1) as string
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z-]+)*\.ts$/.test(name) || BANNED.has(stem(name))
    })
    .map(file => ({
      path: file.path,
      line: 1,
      rule: 'file-name',
      instead: 'name the file in kebab-case after what it exports',
    }))

const stem = (name: string) => name.split('.')[0] as string

/** Rooms that may speak of the wall clock; elsewhere `now` is event time. */
const WALL_CLOCK = new Set(['runtime', 'logs', 'testing', 'cli'])

export const wallClockBreaches = (files: readonly CodeFile[]): Breach[] =>
  inSource(files)
    .filter(file => !isTest(file.path) && !WALL_CLOCK.has(roomOf(file.path)))
    .flatMap(file =>
      nodesWhere(file, node => ts.isIdentifier(node) && /^wallNow/.test(node.text)).map(line => ({
        path: file.path,
        line,
        rule: 'wall-clock',
        instead: `only ${[...WALL_CLOCK].join(', ')} know the wall clock; use event time, or take a timestamp`,
      })),
    )

export const defaultExportBreaches = (files: readonly CodeFile[]): Breach[] =>
  inSource(files).flatMap(file =>
    nodesWhere(file, isDefaultExport).map(line => ({
      path: file.path,
      line,
      rule: 'default-export',
      instead: 'export it by its name, so that it is called the same everywhere',
    })),
  )

const isDefaultExport = (node: ts.Node) =>
  ts.isExportAssignment(node) ||
  node.kind === ts.SyntaxKind.DefaultKeyword ||
  (ts.isExportSpecifier(node) && node.name.text === 'default')

const inSource = (files: readonly CodeFile[]) => files.filter(file => file.path.startsWith('src/'))

const nodesWhere = (file: CodeFile, holds: (node: ts.Node) => boolean): number[] =>
  [...nodesOf(file.tree)].filter(holds).map(node => lineOf(file.tree, node))
