import { batchReference, batchResolver } from '../../kernel/batched.ts';
import { sm3 } from '../../kernel/crypto/sm3.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { maskIdentityNumber } from '../../kernel/standards/masking.ts';
import type { Context } from './context.ts';
import { accountOwner, dutyBasis, problemsOf, type LicencePageArguments, type PageKey } from './datasource.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { LICENCE_TYPES, licenceTypeOf } from './seed/licenceTypes.ts';
import { isExpired, subjectKeysOf, type Licence, type LicenceFileFormat, type LicenceType } from './upstream/model.ts';
import { shownFace } from './upstream/faceData.ts';
import { certificateOf } from './upstream/operations.ts';

const licencesHeldBy = <Parent>(owner: (parent: Parent) => string) =>
  batchResolver(
    ({ licences }: Context) => licences.pages,
    (parent: Parent, page: LicencePageArguments): PageKey => ({ owner: owner(parent), page }),
  );

const details = batchResolver(
  ({ licences }: Context) => licences.details,
  (licence: Licence) => licence,
);

const MEDIA_TYPES = { OFD: 'application/ofd', PDF: 'application/pdf' } as const;

export const resolvers = {
  Query: {
    licenceTypes: () => [...LICENCE_TYPES],
    licence: (_, { code }, { licences }) => licences.byCode.load(code),
    licencesForCase: (_, { caseNumber, holder, ...page }, { request, licences }) => {
      const { type, number } = certificateOf(holder);
      if (dutyBasis(request).caseNumber !== caseNumber)
        throw new ServiceError('PURPOSE_DENIED', 'Argument caseNumber must be the case of the request’s purpose.');
      return licences.pages.load({ owner: `${type}:${number}`, page });
    },
  },
  Mutation: {
    presentLicence: (_, { input }, { operations }) => operations.present(input),
    issueLicence: (_, { input }, { operations }) => operations.issue(input),
    revokeLicence: (_, { input }, { operations }) => operations.revoke(input),
  },
  Person: { licences: licencesHeldBy(({ personKey }: { personKey: string }) => personKey) },
  Organization: { licences: licencesHeldBy(({ uscc }: { uscc: string }) => `USCC:${uscc}`) },
  Case: {
    licencesUsed: batchResolver(
      ({ presentations }: Context) => presentations,
      ({ id }: { id: string }) => id,
    ),
  },
  Licence: {
    __resolveReference: batchReference(
      ({ licences }: Context) => licences.byCode,
      ({ code }: { code: string }) => code,
    ),
    subjectKeys: (licence, _, { request }) => subjectKeysOf(licence, accountOwner(request.caller)),
    maskedNumber: ({ number }) => number && maskIdentityNumber(number),
    expired: (licence, _, { today }) => isExpired(licence, today),
    division: ({ divisionCode }) => (divisionCode ? { code: divisionCode } : null),
    faceData: async (licence, _, context) => shownFace(await details(licence, {}, context), accountOwner(context.request.caller)),
    verification: details,
    file: batchResolver(
      ({ licences }: Context) => licences.files,
      (licence: Licence, { format }: { format: LicenceFileFormat }) => ({ licence, format }),
    ),
  },
  LicenceType: {
    __resolveReference: ({ code }) => licenceTypeOf(code),
    held: batchResolver(
      ({ licences }: Context) => licences.heldByType,
      ({ code }: LicenceType) => code,
    ),
  },
  LicenceHolder: { maskedNumber: ({ number }) => maskIdentityNumber(number) },
  LicenceIssuer: { department: ({ departmentCode }) => (departmentCode ? { code: departmentCode } : null) },
  LicenceVerification: {
    valid: (checked, _, { today }) => problemsOf(checked, today).length === 0,
    checkedAt: (_, __, { now }) => now,
    problems: (checked, _, { today }) => [...problemsOf(checked, today)],
  },
  LicenceFile: {
    mediaType: ({ format }) => MEDIA_TYPES[format],
    sizeBytes: ({ bytes }) => bytes.length,
    sm3: ({ bytes }) => sm3(bytes).toString('hex'),
    contentBase64: ({ bytes }) => bytes.toString('base64'),
  },
  LicencePresentation: {
    licence: ({ licenceCode }, _, { licences }) => licences.byCode.load(licenceCode),
    case: ({ caseNumber }) => ({ id: caseNumber }),
    item: ({ itemCode }) => ({ code: itemCode }),
  },
  LicenceIssued: { issuedAt: ({ at }) => at, licence: ({ code }, _, { licences }) => licences.fresh(code) },
  LicenceRevoked: { revokedAt: ({ at }) => at, licence: ({ code }, _, { licences }) => licences.fresh(code) },
  PresentLicenceResult: { __resolveType: ({ kind }) => (kind === 'REFUSED' ? 'LicenceRefused' : 'LicencePresentation') },
  IssueLicenceResult: { __resolveType: ({ kind }) => (kind === 'REFUSED' ? 'LicenceRefused' : 'LicenceIssued') },
  RevokeLicenceResult: { __resolveType: ({ kind }) => (kind === 'REFUSED' ? 'LicenceRefused' : 'LicenceRevoked') },
} satisfies Resolvers;
