/**
 * Which subnet, VNI and address is given next. Pure.
 */
package io.swarmnet.manager.ipam;
