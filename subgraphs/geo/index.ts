import { defineSubgraph } from '../../kernel/subgraph.ts';
import { createContext } from './context.ts';
import { resolvers } from './resolvers.ts';
import { sharedData } from './upstream/divisions.ts';
import { connectProvincialMap } from './upstream/geo.ts';
import { connectNationalMap } from './upstream/tianditu.ts';

export default defineSubgraph({
  folder: import.meta.dirname,
  title: { zh: '地理信息（粤政图、天地图）', en: 'Geographic information' },
  systems: ['geo', 'geo.tianditu'],
  connect: (surroundings) => {
    const provincialMap = connectProvincialMap(surroundings);
    const nationalMap = connectNationalMap(surroundings);
    return { provincialMap, nationalMap, shared: sharedData({ provincialMap, nationalMap, clock: surroundings.clock }) };
  },
  context: createContext,
  resolvers,
  entities: [
    {
      type: 'Division',
      key: 'code',
      lookup: { system: 'geo', operation: 'GetFeature MJQ_XZQH', maximum: 200 },
      fact:
        'WFS 1.1.0 of the provincial map platform (public clients); that it has a layer of divisions down to communities is modelled. ' +
        'One filtered GetFeature gives all 137 divisions of the district and is kept for a day, so 200 is a bound of ours. ' +
        'Divisions outside the district: /v2/administrative of the national map, one call a province.',
      samples: [{ code: '441402000000' }, { code: '441402004000' }, { code: '441402004003' }, { code: '441402106226' }],
      unknown: { code: '441402005000' },
    },
  ],
  // `other-person` stands for any record that was not asked for; nothing here is personal.
  probes: [
    {
      system: 'geo',
      operation:
        '{ geocode(address: "梅州市梅江区江南街道江南社区文化路53号") { formattedAddress location { lon lat } matchedBy } }',
      isPersonal: true,
    },
    {
      system: 'geo.tianditu',
      operation: '{ reverseGeocode(lon: 116.105, lat: 24.29) { formattedAddress location { lon lat } } }',
      isPersonal: true,
    },
  ],
  sandbox: async (kit) => (await import('./sandbox.ts')).sandbox(kit),
});
