import { fiscalBill, medicalBill } from './fiscalBill.ts';
import { hmacSm3 } from './hmacSm3.ts';
import { licenceToken } from './licenceToken.ts';
import { nationalHmac } from './nationalHmac.ts';
import { nationalLink } from './nationalLink.ts';
import type { SigningScheme } from './scheme.ts';
import { sm2Body } from './sm2Body.ts';
import { sm4Body } from './sm4Body.ts';
import { sortedSha256 } from './sortedSha256.ts';
import { tifGateway } from './tifGateway.ts';

/**
 * Every way in which a request is signed. The same row serves the adapter that calls a system, the simulated system that
 * is called, and the department application that calls us.
 */
export const SIGNING = {
  tif: tifGateway('tif', 'x-tif-'),
  rio: tifGateway('rio', 'x-rio-'),
  nationalLink: nationalLink(),
  nationalHmac: nationalHmac(),
  sortedSha256: sortedSha256(),
  fiscalBill: fiscalBill(),
  medicalBill: medicalBill(),
  licenceToken: licenceToken(),
  hmacSm3: hmacSm3(),
  // The names of these headers are [modelled]: the systems that sign or encrypt whole bodies publish none.
  sm2Body: sm2Body({ caller: 'x-sm2-caller', signature: 'x-sm2-signature' }),
  sm4Body: sm4Body({ caller: 'x-sm4-caller' }),
} as const satisfies Record<string, SigningScheme<never>>;

/** A row of the table. */
export type SigningName = keyof typeof SIGNING;
