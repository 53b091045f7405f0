import AmpCore
import AmpNets
import Foundation

/// Jobs as a script for a batch system: each job a task, and what is made of all of them at the end.
///
/// Commands are those that a user would type, so that a task that failed can be tried by hand.
struct JobScript {
  /// The batch systems, under their names as options.
  enum System: String, CaseIterable {
    case snakemake, slurm, htcondor

    /// The usual name of the file.
    var fileName: String {
      switch self {
      case .snakemake: "Snakefile"
      case .slurm: "jobs.slurm"
      case .htcondor: "jobs.dag"
      }
    }
  }

  /// A command line as words.
  typealias Words = [String]

  /// What is done once before all jobs, if anything.
  var prepare: Words?
  /// The file that jobs need, made by it or there before.
  var prepared: String
  /// What a job is done by, without its name, which is added as the last word.
  var run: Words
  /// The option that takes the name; nil for an argument.
  var jobOption: String?
  /// What is done after all jobs.
  var gather: Words
  /// The file by which one sees that it was done.
  var gathered: String
  /// The jobs and their folders.
  var list: JobList
  /// The name of the file in the folder of a job that is written last.
  var lastFile: String
  /// The threads of a job.
  var threads: Int

  /// The files of a script, by their names.
  func files(for system: System) -> [(name: String, text: String)] {
    switch system {
    case .snakemake: [(system.fileName, snakefile)]
    case .slurm: [(system.fileName, slurm)]
    case .htcondor: condor
    }
  }

  /// Writes the script for the batch system called `name` into `folder`, and prints its files.
  func write(for name: String, to folder: String) throws {
    let system = try located("--emit") {
      try choose(name, among: System.allCases, of: "batch system", by: \.rawValue)
    }
    try makeFolder(folder)
    for file in files(for: system) {
      try RunFolder.write(file.text, to: folder + "/" + file.name)
      print(folder + "/" + file.name)
    }
  }

  private var names: [String] { list.jobs.map(\.name) }

  /// What stands in front of the name of a job.
  private var job: Words { jobOption.map { [$0] } ?? [] }

  private var snakefile: String {
    let folder = python(list.folder)
    return """
      # snakemake --snakefile \(System.snakemake.fileName) --cores all
      JOBS = [
      \(names.map { "    \(python($0)),\n" }.joined())]
      FOLDER = \(folder)

      rule all:
          input: \(python(gathered))

      \(prepareRule)rule job:
          input: \(python(prepared))
          output: FOLDER + "/{job}/\(lastFile)"
          threads: \(threads)
          shell: \(python(shellForSnakemake(run) + " --threads {threads} " + (job + ["{wildcards.job}"]).joined(separator: " ")))

      rule gather:
          input: expand(FOLDER + "/{job}/\(lastFile)", job=JOBS)
          output: \(python(gathered))
          shell: \(python(shellForSnakemake(gather)))

      """
  }

  private var prepareRule: String {
    guard let prepare else { return "" }
    return """
      rule prepare:
          output: \(python(prepared))
          shell: \(python(shellForSnakemake(prepare)))


      """
  }

  private var slurm: String {
    """
    #!/bin/bash
    # id=$(sbatch --parsable \(System.slurm.fileName)) and, when all are done,
    # sbatch --dependency=afterok:$id --array=0 --export=ALL,GATHER=1 \(System.slurm.fileName)
    #SBATCH --job-name=amp
    #SBATCH --array=0-\(max(0, names.count - 1))
    #SBATCH --cpus-per-task=\(threads)
    #SBATCH --output=amp-%A-%a.log
    set -euo pipefail
    jobs=(
    \(names.map { "  \($0)\n" }.joined()))
    if [[ -n "${GATHER:-}" ]]; then
      exec \(shell(gather))
    fi
    \(prepare.map(shell) ?? ":")
    exec \(shell(run)) --threads "${SLURM_CPUS_PER_TASK:-\(threads)}" \
      \(job.map { $0 + " " }.joined())"${jobs[$SLURM_ARRAY_TASK_ID]}"

    """
  }

  /// A description of one job for each step, and the graph of them for `condor_submit_dag`.
  private var condor: [(name: String, text: String)] {
    func submit(_ words: Words, _ name: String) -> String {
      """
      universe = vanilla
      executable = \(words[0])
      arguments = "\(condorArguments(Array(words.dropFirst())))"
      request_cpus = \(threads)
      getenv = True
      output = amp-\(name).out
      error = amp-\(name).err
      log = amp.log
      queue

      """
    }
    let jobs = names.enumerated().map {
      "JOB job\($0.offset) job.sub\nVARS job\($0.offset) job=\"\($0.element)\"\n"
    }
    let all = names.indices.map { "job\($0)" }.joined(separator: " ")
    let graph = """
      # condor_submit_dag \(System.htcondor.fileName)
      \(prepare == nil ? "" : "JOB prepare prepare.sub\n")\(jobs.joined())JOB gather gather.sub
      \(prepare == nil ? "" : "PARENT prepare CHILD \(all)\n")PARENT \(all) CHILD gather
      RETRY ALL_NODES 1

      """
    let first = prepare.map { [(name: "prepare.sub", text: submit($0, "prepare"))] } ?? []
    return first + [
      (System.htcondor.fileName, graph),
      ("job.sub", submit(run + ["--threads", "\(threads)"] + job + ["$(job)"], "$(job)")),
      ("gather.sub", submit(gather, "gather")),
    ]
  }
}

/// A command line in which a shell finds the same words.
func shell(_ words: [String]) -> String {
  words.map { word in
    let plain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "/.,_-=:+".contains($0))
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }.joined(separator: " ")
}

/// A command line in which braces are no wildcards.
private func shellForSnakemake(_ words: [String]) -> String {
  shell(words).replacing("{", with: "{{").replacing("}", with: "}}")
}

/// A string literal of Python.
private func python(_ text: String) -> String {
  "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}

/// Arguments in the new syntax of HTCondor, with words of blanks and quotes in single quotes.
private func condorArguments(_ words: [String]) -> String {
  words.map { word in
    let text = word.replacing("\"", with: "\"\"")
    guard text.contains(where: { $0 == " " || $0 == "'" }) else { return text }
    return "'" + text.replacing("'", with: "''") + "'"
  }.joined(separator: " ")
}
