import { batchReference, batchResolver, type Batched } from '../../kernel/batched.ts';
import type { Context, MaterialModel, ServiceItemModel } from './context.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { Guide } from './upstream/guide.ts';

/** A field of an item that stands in its guide; all such fields of an item share one call. */
const fromGuide = <Name extends keyof Guide>(name: Name) =>
  batchResolver(
    ({ guides }: Context): Batched<string, Guide[Name] | null> => ({
      load: async (code) => (await guides.load(code))?.[name] ?? null,
      all: async (codes) => (await guides.all(codes)).map((guide) => (Error.isError(guide) ? guide : (guide?.[name] ?? null))),
    }),
    ({ code }: ServiceItemModel) => code,
  );

const stub = <Type extends string>(__typename: Type, code: string) => ({ __typename, code });

export const resolvers = {
  Query: {
    serviceItem: (_, { code }, { item }) => item(code),
    searchServiceItems: (_, asked, { search }) => search(asked, asked),
    serviceItemStatistics: (_, __, { statistics }) => statistics(),
    serviceItemAreas: (_, __, { areas }) => areas(),
    portalCaptcha: (_, __, { captcha }) => captcha(),
    portalCaseProgress: (_, question, { progress }) => progress(question),
  },
  ServiceItem: {
    __resolveReference: batchReference(
      ({ items }: Context) => items,
      ({ code }: { code: string }) => code,
    ),
    department: ({ departmentCode }) => stub('Department', departmentCode),
    division: ({ divisionCode }) => stub('Division', divisionCode),
    nearbyDivisions: ({ nearbyDivisionCodes }) => nearbyDivisionCodes.map((code) => stub('Division', code)),
    businessItems: ({ code }, _, { businessItems }) => businessItems(code),
    legalDays: fromGuide('legalDays'),
    legalDaysUnit: fromGuide('legalDaysUnit'),
    promiseDays: fromGuide('promiseDays'),
    promiseDaysUnit: fromGuide('promiseDaysUnit'),
    channels: fromGuide('channels'),
    visitsReason: fromGuide('visitsReason'),
    onlineDepth: fromGuide('onlineDepth'),
    onlineUrl: fromGuide('onlineUrl'),
    bookable: fromGuide('bookable'),
    deliverable: fromGuide('deliverable'),
    selfService: fromGuide('selfService'),
    conditions: fromGuide('conditions'),
    process: fromGuide('process'),
    halls: fromGuide('halls'),
    hours: fromGuide('hours'),
    consultationPhones: fromGuide('consultationPhones'),
    complaintPhones: fromGuide('complaintPhones'),
    legalBasis: fromGuide('legalBasis'),
    resultName: fromGuide('resultName'),
    resultKind: fromGuide('resultKind'),
    fees: fromGuide('fees'),
    materials: fromGuide('materials'),
  },
  Material: {
    __resolveReference: batchReference(
      ({ materials }: Context) => materials,
      ({ id }: { id: string }) => id,
    ),
    item: batchResolver(
      ({ items }: Context) => items,
      ({ itemCode }: MaterialModel) => itemCode,
    ),
    licenceType: ({ licenceTypeCode }) => (licenceTypeCode === null ? null : stub('LicenceType', licenceTypeCode)),
  },
  ServiceItemDepartmentStatistics: { department: ({ departmentCode }) => stub('Department', departmentCode) },
  ServiceItemArea: { division: ({ divisionCode }) => stub('Division', divisionCode) },
  Division: {
    __resolveReference: ({ code }) => ({ code }),
    serviceItems: ({ code }, asked, { search }) => search({ ...asked, divisionCode: code }, asked),
  },
  Department: {
    __resolveReference: ({ code }) => ({ code }),
    serviceItems: ({ code }, page, { search }) => search({ departmentCode: code }, page),
    serviceItemDuties: ({ code }, page, { duties }) => duties(code, page),
  },
  PortalCaseProgressResult: {
    __resolveType: ({ kind }) => (kind === 'FOUND' ? 'PortalCaseProgress' : 'PortalCaseProgressRefused'),
  },
  PortalCaseProgressRefused: {
    reason: ({ kind }) => kind,
    message: () => 'The picture was read wrongly, used before or is too old: ask for a new one.',
  },
} satisfies Resolvers;
