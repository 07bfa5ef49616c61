import type { Erasure, LifecycleSegment } from '../events.ts'

/**
 * The key says what kind of subject it is, since a user and a visitor may have the same id. It is looked
 * up for every event, and a text that is joined is found quicker than one that a template leaves in two
 * pieces.
 */
export const subjectKey = (userId: string | null, visitorId: string | null): string | null => {
  if (userId !== null) return ['USER', userId].join(':')
  return visitorId === null ? null : ['VISITOR', visitorId].join(':')
}

/** The person, and the visitors whom the erasure names. */
export const erasedKeys = ({
  userId,
  visitorIds,
}: Pick<Erasure, 'userId' | 'visitorIds'>): string[] => [
  subjectKey(userId, null)!,
  ...visitorIds.map(visitorId => subjectKey(null, visitorId)!),
]

export const subjectOf = (
  key: string,
): Pick<LifecycleSegment, 'subjectType' | 'subjectId' | 'userId'> => {
  const subjectId = key.slice(key.indexOf(':') + 1)
  return key.startsWith('USER:')
    ? { subjectType: 'USER', subjectId, userId: subjectId }
    : { subjectType: 'VISITOR', subjectId, userId: null }
}
