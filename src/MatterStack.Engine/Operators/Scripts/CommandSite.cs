using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>What the site of an operator gives to the command of an attempt.</summary>
/// <param name="Codes">Codes and launchers.</param>
/// <param name="Container">The container engine; null if there is none.</param>
/// <param name="Work">Absolute folder that the command runs in; null if it is inside the attempt's folder.</param>
/// <param name="Tmpdir">The site's text for temporary folders; null if the attempt's folder is the temporary one.</param>
internal sealed record CommandSite(SiteCodes Codes, ContainerOptions? Container, string? Work = null, string? Tmpdir = null);
