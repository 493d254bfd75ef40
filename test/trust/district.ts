import { ref, refs, type Fixture } from '../federation/fixture.ts';

/** The register's directives, as every folder has them. */
export const REGISTER = `
  extend schema
    @link(url: "https://meijiang.example/register/v1.0", import: ["@record", "@label", "@subject"])
    @composeDirective(name: "@record") @composeDirective(name: "@label") @composeDirective(name: "@subject")
  directive @record(system: String!, level: String!, owner: String!, freshness: String!, purposes: [String!]!) on OBJECT | FIELD_DEFINITION
  directive @label(sensitivity: Int!, category: String!, mask: String) on FIELD_DEFINITION
  directive @subject on FIELD_DEFINITION
`;

const record = (system: string, ...purposes: string[]): string =>
  `@record(system: "${system}", level: "district", owner: "局", freshness: "PT0S", purposes: ${JSON.stringify(purposes)})`;

const label = (sensitivity: number, category: string, mask?: string): string =>
  `@label(sensitivity: ${sensitivity}, category: "${category}"${mask ? `, mask: "${mask}"` : ''}) @tag(name: "public")`;

const OPEN = label(1, 'public');
const KEY = label(1, 'technical');
const HIDDEN = `@inaccessible @label(sensitivity: 4, category: "identity", mask: "hidden") @tag(name: "internal")`;

const PEOPLE = record('people', 'own-records', 'case-handling', 'statutory-duty');
const PERMITS = record('permits', 'own-records', 'case-handling');
const FEES = record('fees', 'own-records', 'case-handling', 'statutory-duty');

/**
 * A small graph in which everything is personal: people, companies, permits with one holder, with two, with nobody who could be named
 * and with nobody knows whom; fees that say themselves nothing of whom they are about; ways back to the same person.
 */
export const district: Fixture = {
  name: 'district',
  subgraphs: {
    people: {
      sdl: `${REGISTER}
        type Query {
          person(id: ID!): Person @tag(name: "public")
          people: [Person!]! @tag(name: "public")
          holders: [Holder!]! @tag(name: "public")
        }
        interface Holder { id: ID! ${KEY} name: String ${OPEN} contact: String ${OPEN} }
        type Person implements Holder @key(fields: "id") @key(fields: "personKey") ${PEOPLE} {
          id: ID! ${KEY}
          personKey: ID @subject ${HIDDEN}
          name: String! ${label(3, 'identity', 'name')}
          contact: String ${label(3, 'contact', 'phone')}
          birth: String ${label(3, 'identity', 'hidden')}
          number: String ${label(4, 'credential', 'identity-number')}
          secret: String ${label(4, 'credential')}
          nick: String ${label(2, 'public')}
          home: Home ${label(3, 'location')}
          spouse: Person @tag(name: "public")
        }
        type Home ${PEOPLE} {
          line: String! ${label(3, 'location', 'address')}
          district: String ${label(2, 'location')}
          owner: Person @tag(name: "public")
        }
        type Company implements Holder @key(fields: "uscc") ${PEOPLE} {
          id: ID! ${KEY}
          uscc: ID! @subject ${label(1, 'organisation')}
          name: String ${OPEN}
          contact: String ${label(3, 'contact', 'phone')}
          boss: Person! @tag(name: "public")
        }`,
    },
    permits: {
      sdl: `${REGISTER}
        type Query { permit(id: ID!): Permit @tag(name: "public") permits: [Permit!]! @tag(name: "public") things: [Thing!]! @tag(name: "public") }
        union Thing = Person | Permit | Notice
        interface Holder { id: ID! name: String contact: String }
        type Person implements Holder @key(fields: "personKey") {
          personKey: ID
          id: ID! @external
          name: String! @external
          contact: String @external
          permits: [Permit!]! @tag(name: "public")
          summary: String ${label(3, 'case')} ${PERMITS} @requires(fields: "name")
          permitCount: Int! ${label(3, 'licence')} ${PERMITS}
        }
        type Permit @key(fields: "id") ${PERMITS} {
          id: ID! ${KEY}
          subjectKeys: [ID!] @subject ${HIDDEN}
          title: String! ${label(3, 'licence')}
          number: String ${label(3, 'licence', 'number')}
          words: [String!] ${label(3, 'case', 'name')}
          state: String ${label(2, 'case')}
          main: Person @tag(name: "public")
          holders: [Person!]! ${label(3, 'licence')}
          remark: Remark @tag(name: "public")
        }
        type Remark ${PERMITS} { text: String ${label(3, 'case')} author: Person @tag(name: "public") }
        type Notice ${PERMITS} { text: String ${OPEN} about: Permit @tag(name: "public") }`,
      resolvers: {
        Person: { summary: ({ name }) => `${String(name)}持有许可证` },
      },
    },
    fees: {
      sdl: `${REGISTER}
        type Permit @key(fields: "id") { id: ID! fee: Fee @tag(name: "public") }
        type Fee ${FEES} {
          amount: Int! ${label(3, 'financial')}
          paid: Boolean ${label(2, 'financial')}
          payer: Person @tag(name: "public")
        }
        type Person @key(fields: "personKey") { personKey: ID }`,
    },
  },
  merged: {
    sdl: `
      type Query { person(id: ID!): Person people: [Person!]! holders: [Holder!]! permit(id: ID!): Permit permits: [Permit!]! things: [Thing!]! }
      union Thing = Person | Permit | Notice
      interface Holder { id: ID! name: String contact: String }
      type Person implements Holder {
        id: ID! personKey: ID name: String! contact: String birth: String number: String secret: String nick: String
        home: Home spouse: Person permits: [Permit!]! summary: String permitCount: Int!
      }
      type Home { line: String! district: String owner: Person }
      type Company implements Holder { id: ID! uscc: ID! name: String contact: String boss: Person! }
      type Permit {
        id: ID! subjectKeys: [ID!] title: String! number: String words: [String!] state: String
        main: Person holders: [Person!]! remark: Remark fee: Fee
      }
      type Remark { text: String author: Person }
      type Notice { text: String about: Permit }
      type Fee { amount: Int! paid: Boolean payer: Person }`,
  },
  data: () => ({
    Query: {
      root: {
        person: ({ id }: { readonly id?: string }) => (id === 'a' || id === 'b' || id === 'c' ? ref('Person', id) : null),
        people: refs('Person', 'a', 'b', 'c'),
        holders: [ref('Person', 'b'), ref('Company', 'k'), ref('Person', 'a')],
        permit: ({ id }: { readonly id?: string }) => (/^p[1-5]$/.test(id ?? '') ? ref('Permit', id ?? '') : null),
        permits: refs('Permit', 'p1', 'p2', 'p3', 'p4', 'p5'),
        things: [ref('Permit', 'p3'), ref('Person', 'a'), ref('Notice', 'n'), ref('Person', 'c'), ref('Permit', 'p1')],
      },
    },
    Person: {
      a: {
        ...{ id: 'a', personKey: 'RESIDENT_ID:A', name: '张三丰', contact: '13800000001', birth: '1980-01-01' },
        ...{ number: '441402198001010011', secret: 'a-secret', nick: '小张', summary: '张三丰持有许可证', permitCount: 2 },
        ...{ home: ref('Home', 'a'), spouse: ref('Person', 'b'), permits: refs('Permit', 'p1', 'p3') },
      },
      b: {
        ...{ id: 'b', personKey: 'RESIDENT_ID:B', name: '李四', contact: '13800000002', birth: null },
        ...{ number: '441402198202020022', secret: null, nick: null, summary: '李四持有许可证', permitCount: 2 },
        ...{ home: ref('Home', 'b'), spouse: ref('Person', 'a'), permits: refs('Permit', 'p2', 'p3') },
      },
      c: {
        ...{ id: 'c', personKey: 'RESIDENT_ID:C', name: '王五', contact: null, birth: '1990-03-03' },
        ...{ number: null, secret: 'c-secret', nick: '老五', summary: '王五持有许可证', permitCount: 0 },
        ...{ home: null, spouse: null, permits: [] },
      },
    },
    Company: {
      k: { id: 'k', uscc: '91441400MA4UXXXXXX', name: '梅江公司', contact: '07530000000', boss: ref('Person', 'c') },
    },
    Home: {
      a: { line: '广东省梅州市梅江区一路1号', district: '梅江', owner: ref('Person', 'a') },
      b: { line: '广东省梅州市梅江区二路2号', district: null, owner: ref('Person', 'b') },
    },
    Permit: {
      p1: {
        ...{ id: 'p1', subjectKeys: ['RESIDENT_ID:A'], title: '食品经营许可', number: 'JY0001', words: ['张三', '欧阳修文'] },
        ...{
          state: 'OPEN',
          main: ref('Person', 'a'),
          holders: refs('Person', 'a'),
          remark: ref('Remark', 'r1'),
          fee: ref('Fee', 'f1'),
        },
      },
      p2: {
        ...{ id: 'p2', subjectKeys: ['RESIDENT_ID:B'], title: '道路运输许可', number: null, words: null },
        ...{ state: null, main: ref('Person', 'b'), holders: refs('Person', 'b'), remark: ref('Remark', 'r2'), fee: null },
      },
      p3: {
        ...{ id: 'p3', subjectKeys: ['RESIDENT_ID:A', 'RESIDENT_ID:B'], title: '结婚证', number: 'JH0003', words: [] },
        ...{ state: 'OPEN', main: null, holders: refs('Person', 'a', 'b'), remark: null, fee: ref('Fee', 'f3') },
      },
      p4: {
        ...{ id: 'p4', subjectKeys: [], title: '公告牌许可', number: 'GG0004', words: ['某'] },
        ...{ state: 'OPEN', main: null, holders: [], remark: ref('Remark', 'r1'), fee: ref('Fee', 'f1') },
      },
      p5: {
        ...{ id: 'p5', subjectKeys: null, title: '来历不明', number: 'WZ0005', words: ['谁'] },
        ...{
          state: 'LOST',
          main: ref('Person', 'c'),
          holders: refs('Person', 'c'),
          remark: ref('Remark', 'r2'),
          fee: ref('Fee', 'f3'),
        },
      },
    },
    Remark: {
      r1: { text: '已核实', author: ref('Person', 'c') },
      r2: { text: null, author: ref('Person', 'a') },
    },
    Notice: { n: { text: '公告', about: ref('Permit', 'p1') } },
    Fee: {
      f1: { amount: 8000, paid: true, payer: ref('Person', 'b') },
      f3: { amount: 900, paid: null, payer: ref('Person', 'a') },
    },
  }),
};
