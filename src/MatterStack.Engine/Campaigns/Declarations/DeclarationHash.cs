using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Hash of a declaration.</summary>
/// <param name="Value">The hash.</param>
/// <param name="IsSettled">Whether the stamps of all files were sufficient; otherwise the content of some files was hashed.</param>
internal readonly record struct DeclarationHash(Sha256 Value, bool IsSettled)
{
    /// <summary>Returns a hash that also covers files that are not declared, because a campaign class has staged them.</summary>
    /// <param name="staged">Paths relative to the project, and the content that was staged.</param>
    /// <param name="projectFolder">The project's folder.</param>
    /// <param name="at">Time of the checkpoint; if the files are staged now, a time before that.</param>
    /// <returns>Null if a file is too new for its stamp to be used and has another content, or if a file cannot be read.</returns>
    public DeclarationHash? AddStagedFiles(
        IReadOnlyCollection<(string Source, Sha256 Content)> staged,
        string projectFolder,
        DateTimeOffset at
    )
    {
        if (staged.Count == 0)
        {
            return this;
        }

        var (text, settled) = (new List<string> { Value.Hex }, IsSettled);
        try
        {
            foreach (var (source, content) in staged.OrderBy(file => file.Source, StringComparer.Ordinal))
            {
                var file = Path.Combine(projectFolder, source);
                var stamp =
                    FileStamp.FindStamp(file) is { } known && known.ChangedAt < at - DeclarationHasher.MinStampAge ? known.Text : null;
                if (stamp is null)
                {
                    settled = false;
                    using var stream = RegularFile.OpenRead(file);
                    if (Sha256.ComputeHash(stream) != content)
                    {
                        return null;
                    }
                }

                text.Add($"{source}\0{content}\0{stamp}");
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }

        return new DeclarationHash(Sha256.ComputeTextHash(string.Join('\n', text)), settled);
    }
}
