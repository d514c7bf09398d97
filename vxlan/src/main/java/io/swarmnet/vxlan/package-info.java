/** swarmnet vxlan. */
package io.swarmnet.vxlan;
