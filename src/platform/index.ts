// The Node platform; browser bundles put ./browser in the place of this module.
export { mergeHeaders, optionRules, platform } from './node';
