import type { Breach, CodeFile } from './files.ts'
import { importsOf } from './imports.ts'

/**
 * No two files import each other, by whatever way round: such files can only be read, tested and
 * moved together. Imports of types count too.
 */
export const cycleBreaches = (files: readonly CodeFile[]): Breach[] => {
  const graph = graphOf(files)
  return knots(graph).map(knot => {
    const round = shortestRound(graph, knot)
    return {
      path: round[0]!,
      line: lineOfImport(files, round[0]!, round[1]!),
      rule: 'import-cycle',
      instead: `break the circle ${round.join(' → ')}; move what both need into a file of its own`,
    }
  })
}

type Graph = ReadonlyMap<string, readonly string[]>

const graphOf = (files: readonly CodeFile[]): Graph => {
  const known = new Set(files.map(file => file.path))
  const targetsOf = (file: CodeFile) =>
    importsOf(file).flatMap(one => (one.target && known.has(one.target) ? [one.target] : []))
  return new Map(files.map(file => [file.path, targetsOf(file)]))
}

/** The groups of files that can each reach one another: one breach for each. */
const knots = (graph: Graph): string[][] => {
  const reach = new Map([...graph.keys()].map(path => [path, reachedFrom(graph, path)]))
  const placed = new Set<string>()
  const found: string[][] = []
  for (const path of graph.keys()) {
    if (placed.has(path) || !reach.get(path)!.has(path)) continue
    const knot = [...reach.get(path)!].filter(other => reach.get(other)!.has(path))
    for (const member of knot) placed.add(member)
    found.push(knot.sort())
  }
  return found
}

const reachedFrom = (graph: Graph, start: string): Set<string> => {
  const reached = new Set<string>()
  const open = [start]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const next of graph.get(path)!) {
      if (reached.has(next)) continue
      reached.add(next)
      open.push(next)
    }
  }
  return reached
}

/** From the knot's first file back to itself by the fewest steps. */
const shortestRound = (graph: Graph, knot: readonly string[]): string[] => {
  const start = knot[0]!
  let paths = [[start]]
  const seen = new Set<string>()
  while (paths.length > 0) {
    const longer: string[][] = []
    for (const path of paths) {
      for (const next of graph.get(path.at(-1)!)!) {
        if (next === start) return [...path, next]
        if (seen.has(next)) continue
        seen.add(next)
        longer.push([...path, next])
      }
    }
    paths = longer
  }
  return [start, start]
}

const lineOfImport = (files: readonly CodeFile[], from: string, to: string): number => {
  const file = files.find(one => one.path === from)!
  return importsOf(file).find(one => one.target === to)?.line ?? 1
}
