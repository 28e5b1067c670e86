/** fast-check whose draws are the same in every run, so that a mutant's fate is too. */
const fastCheck = require('unseeded-fast-check');

fastCheck.configureGlobal({ seed: 1 });
module.exports = fastCheck;
