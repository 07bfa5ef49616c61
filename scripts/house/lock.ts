import type { Breach } from './files.ts'

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/**
 * The lock file names the binaries of every platform, not only those that the registry at hand
 * serves. npm leaves out what it cannot find, and then `npm ci` refuses the file it wrote itself.
 */
export const lockBreaches = (lock: Lock): Breach[] =>
  Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(lock, place, name))
      .map(([name, version]) => ({
        path: 'package-lock.json',
        line: 1,
        rule: 'lock-incomplete',
        instead: `add an entry for ${name} ${version}, with "version", "optional", "os" and "cpu", as its siblings have`,
      })),
  )

const isLocked = (lock: Lock, place: string, name: string) =>
  [`node_modules/${name}`, `${place}/node_modules/${name}`].some(path => path in lock.packages)
