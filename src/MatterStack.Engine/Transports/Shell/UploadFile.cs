using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>A local file to send.</summary>
/// <param name="Content">Hash that its content must have on both machines.</param>
/// <param name="Source">Absolute local path.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Description">Description for people.</param>
internal sealed record UploadFile(Sha256 Content, string Source, long Length, string Description);
