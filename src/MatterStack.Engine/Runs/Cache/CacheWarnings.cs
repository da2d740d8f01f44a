using MatterStack.Engine.Caching;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Cache;

/// <summary>Collects warnings about the cache from any thread. The first of each kind are reported one by one, the others as a
/// number.</summary>
internal sealed class CacheWarnings
{
    private const int MaxReported = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<ProblemCode, int> _counts = [];
    private readonly List<Problem> _unreported = [];

    public void Add(Problem problem)
    {
        lock (_gate)
        {
            if ((_counts[problem.Code] = _counts.GetValueOrDefault(problem.Code) + 1) <= GetMaxReported(problem.Code))
            {
                _unreported.Add(problem);
            }
        }
    }

    /// <summary>Takes the warnings that were not reported yet.</summary>
    public IReadOnlyList<Problem> DrainReported()
    {
        lock (_gate)
        {
            var taken = _unreported.ToArray();
            _unreported.Clear();
            return taken;
        }
    }

    /// <summary>Takes a summary of the suppressed warnings.</summary>
    public IReadOnlyList<Problem> DrainSummary()
    {
        lock (_gate)
        {
            var rest = _counts
                .Where(c => c.Value > GetMaxReported(c.Key) && c.Key != CacheCodes.NotReadable)
                .Select(c =>
                    Problem
                        .Create(
                            c.Key,
                            $"The same problem occurred for {CountText.FormatCount(c.Value - GetMaxReported(c.Key), "more task")}"
                        )
                        .AsWarning()
                )
                .ToList();
            _counts.Clear();
            return rest;
        }
    }

    // Read permission concerns the whole cache folder, so one warning is enough.
    private static int GetMaxReported(ProblemCode code) => code == CacheCodes.NotReadable ? 1 : MaxReported;
}
