/** A department of the district as every simulated system knows it. */
export interface DepartmentRecord {
  /** 9 characters, GB 11714. */
  readonly code: string;
  /** 18 characters, GB 32100. */
  readonly uscc: string;
  readonly name: string;
  readonly english: string;
}

/**
 * Departments, towns and streets of the district. The names are those of real offices; the codes are synthetic: their organisation
 * part begins with X, a letter that is never issued, and their check characters are right.
 */
export const DEPARTMENTS = [
  {
    code: 'X00001011',
    uscc: '11441402X00001011R',
    name: '梅江区政务服务数据管理局',
    english: 'Government Services and Data Administration',
  },
  {
    code: 'X0000102X',
    uscc: '11441402X0000102XH',
    name: '梅江区市场监督管理局',
    english: 'Administration for Market Regulation',
  },
  { code: 'X00001038', uscc: '11441402X00001038H', name: '梅江区自然资源分局', english: 'Natural Resources Branch' },
  { code: 'X00001046', uscc: '11441402X00001046C', name: '梅江区民政局', english: 'Civil Affairs Bureau' },
  { code: 'X00001054', uscc: '11441402X000010547', name: '梅江区公安分局', english: 'Public Security Branch' },
  {
    code: 'X00001062',
    uscc: '11441402X000010622',
    name: '梅江区人力资源和社会保障局',
    english: 'Human Resources and Social Security Bureau',
  },
  { code: 'X00001070', uscc: '11441402X00001070W', name: '梅江区卫生健康局', english: 'Health Bureau' },
  { code: 'X00001089', uscc: '11441402X00001089R', name: '梅江区教育局', english: 'Education Bureau' },
  {
    code: 'X00001097',
    uscc: '11441402X00001097L',
    name: '梅江区住房和城乡建设局',
    english: 'Housing and Urban-Rural Development Bureau',
  },
  { code: 'X0000110X', uscc: '11441402X0000110X5', name: '梅江区城市管理和综合执法局', english: 'Urban Management Bureau' },
  { code: 'X00001118', uscc: '11441402X000011185', name: '梅江区交通运输局', english: 'Transport Bureau' },
  { code: 'X00001126', uscc: '11441402X000011260', name: '梅江区农业农村局', english: 'Agriculture and Rural Affairs Bureau' },
  {
    code: 'X00001134',
    uscc: '11441402X00001134T',
    name: '梅江区文化广电旅游体育局',
    english: 'Culture, Tourism and Sports Bureau',
  },
  { code: 'X00001142', uscc: '11441402X00001142M', name: '梅江区应急管理局', english: 'Emergency Management Bureau' },
  { code: 'X00001150', uscc: '11441402X00001150G', name: '梅江区林业局', english: 'Forestry Bureau' },
  { code: 'X00001169', uscc: '11441402X00001169D', name: '梅江区水务局', english: 'Water Bureau' },
  { code: 'X00001177', uscc: '11441402X000011778', name: '梅江区税务局', english: 'Taxation Bureau' },
  { code: 'X00001185', uscc: '11441402X000011853', name: '梅江区医疗保障分局', english: 'Healthcare Security Branch' },
  { code: 'X00001193', uscc: '11441402X00001193X', name: '梅江区退役军人事务局', english: 'Veterans Affairs Bureau' },
  { code: 'X00001206', uscc: '11441402X00001206K', name: '梅江区司法局', english: 'Justice Bureau' },
  { code: 'X00001214', uscc: '11441402X00001214E', name: '梅江区发展和改革局', english: 'Development and Reform Bureau' },
  { code: 'X00001222', uscc: '11441402X000012229', name: '梅江区财政局', english: 'Finance Bureau' },
  { code: 'X00001230', uscc: '11441402X000012304', name: '梅江区科工商务局', english: 'Science, Industry and Commerce Bureau' },
  { code: 'X00001249', uscc: '11441402X000012491', name: '梅江区生态环境分局', english: 'Ecology and Environment Branch' },
  { code: 'X00001257', uscc: '11441402X00001257U', name: '梅江区残疾人联合会', english: "Disabled Persons' Federation" },
  { code: 'X00001265', uscc: '11441402X00001265N', name: '梅江区统计局', english: 'Statistics Bureau' },
  { code: 'X00001273', uscc: '11441402X00001273H', name: '梅江区审计局', english: 'Audit Bureau' },
  { code: 'X00001281', uscc: '12441402X000012819', name: '梅江区档案馆', english: 'Archives' },
  { code: 'X0000129X', uscc: '11441402X0000129X4', name: '梅江区消防救援大队', english: 'Fire and Rescue Brigade' },
  { code: 'X00001302', uscc: '11441402X00001302W', name: '梅江区烟草专卖局', english: 'Tobacco Monopoly Bureau' },
  { code: 'X00001310', uscc: '11441402X00001310P', name: '梅江区气象局', english: 'Meteorological Bureau' },
  { code: 'X00001329', uscc: '11441402X00001329L', name: '梅江区江南街道办事处', english: 'Jiangnan Sub-district Office' },
  { code: 'X00001337', uscc: '11441402X00001337F', name: '梅江区金山街道办事处', english: 'Jinshan Sub-district Office' },
  { code: 'X00001345', uscc: '11441402X00001345A', name: '梅江区西郊街道办事处', english: 'Xijiao Sub-district Office' },
  { code: 'X00001353', uscc: '11441402X000013535', name: '梅江区三角镇人民政府', english: 'Sanjiao Town Government' },
  { code: 'X00001361', uscc: '11441402X000013610', name: '梅江区长沙镇人民政府', english: 'Changsha Town Government' },
  { code: 'X0000137X', uscc: '11441402X0000137XP', name: '梅江区城北镇人民政府', english: 'Chengbei Town Government' },
  { code: 'X00001388', uscc: '11441402X00001388P', name: '梅江区西阳镇人民政府', english: 'Xiyang Town Government' },
] as const satisfies readonly DepartmentRecord[];

type DepartmentName = (typeof DEPARTMENTS)[number]['name'];

/** The department of that name. */
export const department = (name: DepartmentName): DepartmentRecord =>
  DEPARTMENTS.find((entry) => entry.name === name) as DepartmentRecord; // the type admits listed names only
