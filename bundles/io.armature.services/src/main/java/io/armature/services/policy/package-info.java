/** Who may own and who may request which service, read from policy files; used by the registry. */
package io.armature.services.policy;
