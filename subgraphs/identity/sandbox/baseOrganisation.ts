import { DEPARTMENTS, type DepartmentRecord } from '../../../kernel/sandbox/population/departments.ts';
import { ALL_ORGANISATIONS, type OrganisationRecord } from '../../../kernel/sandbox/population/organisations.ts';
import type { Profile, SandboxKit, SimulatedSystem } from '../../../kernel/sandbox/system.ts';
import { CERTIFICATE_CODES } from './certificateCodes.ts';
import { absent, keysOf, library, listOf, written } from './baseLibrary.ts';
import type { Switches } from './switches.ts';

/** 法人单位基础库 [modelled]: organisations of the district by social credit code, its departments among them. */
export function baseOrganisation(kit: SandboxKit, switches: Switches): SimulatedSystem {
  const entries = [
    ...ALL_ORGANISATIONS.map((organisation) => organisationEntry(organisation, kit.profile)),
    ...DEPARTMENTS.map((department) => departmentEntry(department, kit.profile)),
  ];
  return library('base.organisation', kit, switches, {
    '/ebus/jck/api/v1/fr/list': (body, { otherPerson }) => {
      const asked = new Set(keysOf(body['tyshxydmList']));
      const found = entries.filter(({ tyshxydm }) => asked.has(tyshxydm));
      const other = otherPerson ? (entries.find(({ tyshxydm }) => !asked.has(tyshxydm)) ?? null) : null;
      return listOf(found, other, kit.profile);
    },
  });
}

interface Entry {
  readonly tyshxydm: string;
  readonly mc: string;
  readonly fddbrzjlx: string | undefined;
  readonly fddbrzjhm: string | undefined;
  readonly zcdz: string;
  readonly xzqhdm: string;
  readonly clrq: string | undefined;
}

const organisationEntry = (
  { uscc, name, legalRepresentative, address, divisionCode, establishedOn }: OrganisationRecord,
  profile: Profile,
) => ({
  tyshxydm: uscc,
  mc: name,
  fddbrzjlx: CERTIFICATE_CODES[legalRepresentative.certificateType],
  fddbrzjhm: legalRepresentative.certificateNumber,
  zcdz: address,
  xzqhdm: divisionCode,
  clrq: written(establishedOn, profile),
});

/** Government bodies have neither a legal representative nor a date, and only the six digits of the district. */
const departmentEntry = ({ uscc, name }: DepartmentRecord, profile: Profile): Entry => ({
  tyshxydm: uscc,
  mc: name,
  fddbrzjlx: absent(profile),
  fddbrzjhm: absent(profile),
  zcdz: '梅州市梅江区江南街道江南社区嘉应东路1号',
  xzqhdm: '441402',
  clrq: absent(profile),
});
