import { defineSubgraph } from '../../kernel/subgraph.ts';
import { department } from '../../kernel/sandbox/population/departments.ts';
import { STORY_ITEMS } from '../../kernel/sandbox/population/stories.ts';
import { createContext } from './context.ts';
import { jobs } from './jobs.ts';
import { resolvers } from './resolvers.ts';
import { guid } from './sandbox/materials.ts';
import { connectItems } from './upstream.ts';

const { foodBusinessPermit, marriageRegistration, residencePermit, birthAllowance } = STORY_ITEMS;

/** The identity card that an item of the sandbox asks for. */
const identityCardFor = ({ code }: { code: string }) => ({ id: `${code}.${guid(`${code}/居民身份证`)}` });

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '政务服务事项', en: 'Service items' },
  systems: ['items.portal'],
  connect: connectItems,
  context: createContext,
  resolvers,
  entities: [
    {
      type: 'ServiceItem',
      key: 'code',
      lookup: { system: 'items.portal', operation: 'solr/getCommonAuditItem', maximum: 500 },
      fact: 'item portal: a page of the list has 500 rows [confirmed], all pages are read and kept for a day; guide fields cost one detail call per item, which takes one TASK_CODE [confirmed]',
      samples: [foodBusinessPermit, marriageRegistration, residencePermit].map(({ code }) => ({ code })),
      unknown: { code: `${marriageRegistration.department.uscc}4440799999000` },
    },
    {
      type: 'Material',
      key: 'id',
      lookup: { system: 'items.portal', operation: 'item-event/getAuditItemDetailCur', maximum: 1 },
      fact: 'item portal: materials come with the detail of their item, one TASK_CODE a call [confirmed]',
      samples: [marriageRegistration, residencePermit, birthAllowance].map(identityCardFor),
      unknown: { id: `${marriageRegistration.code}.${guid('nothing')}` },
    },
    {
      type: 'Division',
      key: 'code',
      lookup: null,
      fact: 'the code is all that this folder knows of a division; its items come out of the list',
      samples: ['441402000000', '441402004000', '441402006003'].map((code) => ({ code })),
    },
    {
      type: 'Department',
      key: 'code',
      lookup: null,
      fact: 'the code is all that this folder knows of a department; it stands inside the item codes',
      samples: [department('梅江区民政局'), department('梅江区公安分局'), department('梅江区江南街道办事处')].map(({ code }) => ({
        code,
      })),
    },
  ],
  // The one answer of the portal that is never kept, so that a fault shows at once; items.test.ts tries the kept ones.
  probes: [{ system: 'items.portal', operation: '{ portalCaptcha { mediaType } }', isPersonal: false }],
  sandbox: async (kit) => (await import('./sandbox.ts')).sandbox(kit),
  jobs,
  skips: {
    'SG-11': 'the portal is public: it takes neither key nor signature, so there is nothing that it could refuse',
  },
});
