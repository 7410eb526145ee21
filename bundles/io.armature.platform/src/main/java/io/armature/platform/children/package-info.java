/** Child processes: started, recorded, ended; left-overs of a killed run are found again. */
package io.armature.platform.children;
