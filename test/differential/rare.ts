import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { ASKERS, type Question } from './askers.ts';

const { realEstate, roadOccupation, enterpriseChange } = STORY_CASES;

/** A notice of a resident that was paid and billed. */
const BILLED_NOTICE = '44140224000001000004';

/** A signing request that waits for the company's confirmation. */
const PENDING_REQUEST = 'QZ2024062000000002';

const asked = (by: keyof typeof ASKERS, text: string): Question => ({
  asker: ASKERS[by],
  operation: { text, variables: {} },
});

/** What random operations seldom reach, because few records have it or few callers may see it. */
export const RARE: readonly Question[] = [
  asked(
    'citizen-l2',
    `{ case(id: "${realEstate.number}") { licencesUsed { id presentedAt licence { name } case { state } item { name } } } }`,
  ),
  asked(
    'company-agent',
    `{ case(id: "${roadOccupation.number}") { clock { suspended suspensions { reason from to open note } } } }`,
  ),
  asked(
    'company-agent',
    `{ case(id: "${enterpriseChange.number}") { previous { id } materials { name kind md5 } steps { name note at } decision { outcome issuer at } } }`,
  ),
  asked(
    'official',
    `{ paymentNotice(number: "${BILLED_NOTICE}") { fiscalBill { id batchCode number checkCode amount currency issuedAt pictureUrl status { state } notice { agency { name } } } } }`,
  ),
  asked(
    'company-agent',
    `{ signingRequest(id: "${PENDING_REQUEST}") { state authorizationUrl authorizationExpiresAt seal { organization { name } } } }`,
  ),
  asked(
    'anonymous',
    '{ searchPlaces(keyword: "学校", divisionCode: "441400000000") { countsByDivision { count division { name } } } }',
  ),
  asked(
    'husband',
    `{ me { accessRecords { nodes { actor { kind { zh en } onBehalfOf { name } department { name } } purpose { en } shown { codes } proof { leafIndex auditPath } } } } }`,
  ),
];
