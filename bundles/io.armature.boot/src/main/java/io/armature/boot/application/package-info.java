/** The profile's application: which it is, who may speak for it, and its process. */
package io.armature.boot.application;
