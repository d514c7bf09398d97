/**
 * nftables through libnftables in this process, as JSON transactions on one namespace's ruleset.
 * Not pure: one thread owns each library context and lives in its namespace.
 */
package io.swarmnet.linux.nft;
