/**
 * Stands in for the vendor's rules engine, which decides from the rules of a flag and from what is known of a company.
 * **It evaluates no rules: replace it before you rely on an answer.** Here a company that has a seat left gets every flag.
 */
export function evaluate(flag, company) {
  const seats = company?.credit_balances?.seats ?? 0;
  return flag.default_value || seats > 0;
}
