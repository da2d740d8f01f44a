using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>A print as it was taken.</summary>
/// <param name="Hash">The print.</param>
/// <param name="Settled">Whether the stamps of all files were enough for it; otherwise some had to be read.</param>
internal readonly record struct TakenPrint(Sha256 Hash, bool Settled)
{
    /// <summary>The same with files that are not declared: those that a campaign class has staged.</summary>
    /// <param name="staged">Paths relative to the project, and the content that was staged.</param>
    /// <param name="projectFolder">The project's folder.</param>
    /// <param name="at">When the mark was, or is, taken; before the files were staged, if they are staged now.</param>
    /// <returns>Null if one of them is too new to be known by its stamp, and has another content.</returns>
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
