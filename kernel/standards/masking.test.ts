import { describe, expect, test } from '@jest/globals';
import { maskAddress, maskIdentityNumber, maskName, maskPhone } from './masking.ts';

describe('a masked name', () => {
  test.each([
    { name: '张三', masked: '张*' },
    { name: '张小三', masked: '张**' },
    { name: '欧阳修', masked: '欧阳*' },
    { name: '欧阳', masked: '欧*' },
    { name: '司马相如', masked: '司马**' },
    { name: '张', masked: '*' },
    { name: '𠮷田', masked: '𠮷*' },
    { name: '王𡘙', masked: '王*' },
    { name: '买买提·艾力', masked: '买*****' },
    { name: 'Alice', masked: 'A****' },
    { name: '', masked: '' },
  ])('$name: $masked', ({ name, masked }) => {
    expect(maskName(name)).toBe(masked);
    expect(maskName(name).isWellFormed()).toBe(true);
  });
});

describe('a masked certificate number', () => {
  test.each([
    { number: '44140218800101002X', masked: '441402**********2X' },
    { number: '441402188001010011', masked: '441402**********11' },
    { number: '110105491231002', masked: '110105*******02' },
    { number: 'E00000001', masked: 'E*******1' },
    { number: '1234', masked: '****' },
    { number: '', masked: '' },
  ])('$number: $masked', ({ number, masked }) => expect(maskIdentityNumber(number)).toBe(masked));
});

describe('a masked telephone number', () => {
  test.each([
    { phone: '13800001234', masked: '138****1234' },
    { phone: '0753-2251234', masked: '********1234' },
    { phone: '2251234', masked: '*******' },
    { phone: '110', masked: '***' },
    { phone: '', masked: '' },
  ])('$phone: $masked', ({ phone, masked }) => expect(maskPhone(phone)).toBe(masked));
});

describe('a masked address', () => {
  test.each([
    { address: '广东省梅州市梅江区江南街道梅龙社区1号', masked: '广东省梅州市梅江区******' },
    { address: '广东省梅州市梅县区程江镇1号', masked: '广东省梅州市梅县区******' },
    { address: '广东省梅州市兴宁市福兴街道1号', masked: '广东省梅州市兴宁市******' },
    { address: '梅江区三角镇1号', masked: '梅江区******' },
    { address: '北京市朝阳区1号', masked: '北京市朝阳区******' },
    { address: '内蒙古自治区呼和浩特市新城区1号', masked: '内蒙古自治区呼和浩特市新城区******' },
    { address: '新疆维吾尔自治区伊犁哈萨克自治州伊宁县1号', masked: '新疆维吾尔自治区伊犁哈萨克自治州伊宁县******' },
    { address: '梅州市江南某小区1栋', masked: '梅州市******' },
    { address: '梅州市江南花园东区3栋', masked: '梅州市******' },
    { address: '某小区1栋', masked: '******' },
    { address: '菜市场1号', masked: '******' },
    { address: 'Jiangnan Road 1', masked: '******' },
    { address: '', masked: '******' },
  ])('$address: $masked', ({ address, masked }) => expect(maskAddress(address)).toBe(masked));
});
