/**
 * The packaged product on a lab, driven from outside by docker, dig, ping, ip and tcpdump as a user would. Needs root.
 */
package io.swarmnet.deploy.it;
