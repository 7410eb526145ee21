/** Makes and runs small virtual machines; tests that need a kernel of their own call it. */
package io.armature.itest.guest;
