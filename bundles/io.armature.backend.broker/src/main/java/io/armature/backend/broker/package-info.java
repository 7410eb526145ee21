/** The backend's MQTT broker: Moquette with device accounts and an access list; nobody calls in. */
package io.armature.backend.broker;
