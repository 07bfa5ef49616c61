/** From where somebody acts, and as whom: what the events of a visit have in common. */
import { MARKETS } from './catalogue.ts'
import { type Person, personCode } from './person.ts'

export interface Actor {
  readonly market: string
  readonly currency: string
  readonly visitorId: string
  readonly userId: string
  readonly deviceId: string
  readonly ip: string
  readonly country: string
  readonly latitude: number
  readonly longitude: number
  readonly instrumentId: string
  readonly issuerCountry: string
  readonly addressId: string
}

/** A person at home. */
export const actorOf = (person: Person): Actor => {
  const { market, currency } = MARKETS[person.market]!
  const code = personCode(person)
  return {
    market,
    currency,
    visitorId: `visitor-${code}`,
    userId: `user-${code}`,
    deviceId: `device-${code}`,
    ip: `ip-${code}`,
    country: market,
    latitude: person.latitude,
    longitude: person.longitude,
    instrumentId: `card-${code}`,
    issuerCountry: market,
    addressId: `address-${code}`,
  }
}

interface Place {
  readonly country: string
  readonly latitude: number
  readonly longitude: number
}

/** Where accounts are taken over from. */
export const FAR_AWAY: readonly Place[] = [
  { country: 'SG', latitude: 1.35, longitude: 103.82 },
  { country: 'NG', latitude: 6.52, longitude: 3.38 },
  { country: 'BR', latitude: -23.55, longitude: -46.63 },
  { country: 'VN', latitude: 10.82, longitude: 106.63 },
]
