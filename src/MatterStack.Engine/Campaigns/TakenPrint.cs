using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>Hash of a declaration.</summary>
/// <param name="Hash">The hash.</param>
/// <param name="Settled">Whether the stamps of all files were sufficient; otherwise the content of some files was hashed.</param>
internal readonly record struct TakenPrint(Sha256 Hash, bool Settled)
{
    /// <summary>Returns a hash that also covers files that are not declared, because a campaign class has staged them.</summary>
    /// <param name="staged">Paths relative to the project, and the content that was staged.</param>
    /// <param name="projectFolder">The project's folder.</param>
    /// <param name="at">Time of the checkpoint; if the files are staged now, a time before that.</param>
    /// <returns>Null if a file is too new for its stamp to be used and has another content, or if a file cannot be read.</returns>
    public TakenPrint? With(IReadOnlyCollection<(string Source, Sha256 Content)> staged, string projectFolder, DateTimeOffset at)
    {
        if (staged.Count == 0)
        {
            return this;
        }

        var (text, settled) = (new List<string> { Hash.Hex }, Settled);
        try
        {
            foreach (var (source, content) in staged.OrderBy(file => file.Source, StringComparer.Ordinal))
            {
                var file = Path.Combine(projectFolder, source);
                var stamp = FileStamp.Of(file) is { } known && known.ChangedAt < at - DeclarationPrint.Fresh ? known.Text : null;
                if (stamp is null)
                {
                    settled = false;
                    using var stream = RegularFile.OpenRead(file);
                    if (Sha256.Of(stream) != content)
                    {
                        return null;
                    }
                }

                text.Add($"{source}\0{content}\0{stamp}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return new TakenPrint(Sha256.OfText(string.Join('\n', text)), settled);
    }
}
