import { mergeCompany } from '../../src/store/merge';

const metric = { event_subtype: 'call', period: 'all_time', month_reset: 'first_of_month', value: 7 };
const company = { id: 'co_1', metrics: [metric], entitlements: [{ event_name: 'call', usage: 1 }] };

test.each([
  ['an empty list', []],
  ['null', null],
  ['a metric of something else', [{ ...metric, event_subtype: 'login' }]],
])('derives usage again whenever a partial brings metrics: %s', (_what, metrics) => {
  expect(mergeCompany(company, { metrics })).toMatchObject({ entitlements: [{ usage: 7 }] });
});

test('leaves usage alone when a partial brings no metrics', () => {
  expect(mergeCompany(company, { plan_ids: [] })).toMatchObject({ entitlements: [{ usage: 1 }] });
});
