// The Node platform; browser bundles put ./browser in the place of this module.
export { platform } from './node';
