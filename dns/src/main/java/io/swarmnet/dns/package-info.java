/** swarmnet dns. */
package io.swarmnet.dns;
