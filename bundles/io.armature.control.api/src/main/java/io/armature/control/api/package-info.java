/** What a bundle implements to add commands to the command line and pages to the console. */
@Export
@Version("1.2.0")
package io.armature.control.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
