/** Stand-ins that hold calls while an owner is replaced. */
package io.armature.services.sticky;
